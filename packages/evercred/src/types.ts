import type { AwsCredentialIdentity } from "@smithy/types";
import type { Clock } from "./clock.js";
import type { CredentialsErrorCode } from "./errors.js";

/**
 * One set of AWS credentials, as every AWS SDK for JavaScript v3 client takes it. Evercred hands it out frozen.
 *
 * @public
 */
export type Credentials = Readonly<AwsCredentialIdentity>;

/**
 * The part of an SDK client's configuration that a provider reads when the client asks it.
 *
 * @public
 */
export interface CallerClientConfig {
  /** The region of the calling client: it picks the STS endpoint when nothing else does. */
  readonly region?: string | (() => Promise<string>) | undefined;
}

/**
 * What one call of a provider may ask for. SDK clients pass `callerClientConfig` only.
 *
 * @public
 */
export interface CredentialRequest {
  /**
   * The answer must outlive now plus this many milliseconds; else it is refreshed and waited for, and when even a fresh
   * set cannot reach it the call fails with `ERR_CREDENTIALS_CONFIG`. Default: 0.
   */
  readonly minRemainingMs?: number | undefined;
  /**
   * Ask the source again, whatever is cached, and wait for it. Joins a load that is under way. When that load fails,
   * unexpired credentials that nobody rejected are served all the same. Default: false.
   */
  readonly forceRefresh?: boolean | undefined;
  /** Gives up this wait only, never the refresh that others share. Rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** What an SDK client passes: its own resolved configuration. */
  readonly callerClientConfig?: CallerClientConfig | undefined;
}

/**
 * Where a cached set stands between its arrival and its expiration.
 *
 * @public
 */
export type CredentialPhase = "empty" | "valid" | "advisory" | "mandatory" | "expired";

/**
 * A snapshot of a provider, made without I/O and without secrets.
 *
 * @public
 */
export interface CredentialStatus {
  /** The phase by the wall clock, now. Rejected credentials are at least `mandatory`. */
  readonly phase: CredentialPhase;
  /** Names the cached set; an access key id is not a secret. */
  readonly accessKeyId?: string;
  /** The AWS account the cached set belongs to, where its source says so. */
  readonly accountId?: string;
  /** When the cached set expires. Absent: never, or nothing is cached. */
  readonly expiration?: Date;
  /** Milliseconds until expiration by the corrected clock; negative once it has passed. */
  readonly remainingMs?: number;
  /** When the next background refresh is due. */
  readonly refreshAt?: Date;
  /** When credentials last arrived. */
  readonly lastRefresh?: Date;
  /** The failure that no success has cleared since. */
  readonly lastError?: { readonly code: CredentialsErrorCode; readonly message: string; readonly at: Date };
  /** True while a load is under way. */
  readonly refreshing: boolean;
  /** Which links and hops produced the credentials, and for a chain why the others did not. */
  readonly origin: readonly string[];
  /** What the service said beside the credentials, for audit: for AssumeRole its `AssumedRoleUser`, `PackedPolicySize`. */
  readonly details?: CredentialDetails;
}

/**
 * What a service says beside the credentials. Never a secret.
 *
 * @public
 */
export type CredentialDetails = Readonly<Record<string, string | number | boolean>>;

/**
 * A function that every AWS SDK v3 client takes as `credentials`: a source bound to a cache.
 *
 * @public
 */
export interface CredentialProvider {
  /**
   * Answers credentials that are good now: at once while they are, after one shared load otherwise.
   *
   * @throws {@link CredentialsError}, or the reason of an aborted `signal`.
   */
  (request?: CredentialRequest): Promise<AwsCredentialIdentity>;
  /** SDK clients leave caching to us when they see this. */
  readonly memoized: true;
  /** What it is, for people; never a secret. */
  readonly name: string;
  /** A snapshot without I/O and without secrets. */
  status(): CredentialStatus;
  /**
   * Says that a service no longer takes the credentials (`ExpiredToken`, `ExpiredTokenException`, `InvalidToken`): the
   * next call waits for fresh ones.
   *
   * @param rejected - Names the rejected set. When another set is cached by now, nothing happens. Without it, whatever
   * is cached counts as rejected.
   */
  invalidate(rejected?: { readonly accessKeyId: string }): void;
}

/**
 * A value that may take part in a cache key. `undefined` members are left out.
 *
 * @public
 */
export type KeyValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly KeyValue[]
  | { readonly [name: string]: KeyValue };

/**
 * Everything that decides the result of a load, who signs included. Two sources with equal keys share one cache entry.
 * It is hashed before it is kept, and must hold no secret.
 *
 * @public
 */
export type KeyParts = Readonly<Record<string, KeyValue>>;

/**
 * What a load is told.
 *
 * @public
 */
export interface LoadContext {
  /** Aborted when the load is abandoned: at its deadline, or because its cache was cleared. */
  readonly signal: AbortSignal;
  /** The moment, in epoch milliseconds of `clock`, after which nobody waits for this load any more. */
  readonly deadline: number;
  /** True when nobody waits: such a load must never prompt a person. */
  readonly background: boolean;
  /** True when the cached set was rejected or a caller forced the refresh: do not answer from a cache of your own. */
  readonly renew: boolean;
  /** What the SDK client that caused this load passed. */
  readonly callerClientConfig?: CallerClientConfig | undefined;
  /** The clock of the cache: read the time here. */
  readonly clock: Clock;
  /** A number in [0, 1): draw jitter here. */
  readonly random: () => number;
}

/**
 * What a load may answer in place of bare credentials, to say more about them.
 *
 * @public
 */
export interface LoadedCredentials {
  /** The credentials. */
  readonly credentials: AwsCredentialIdentity;
  /** The `Date` of the response that carried them: it corrects a wrong local clock for this set's deadlines. */
  readonly serverDate?: Date | undefined;
  /** Which links and hops produced them. Default: the source's name. */
  readonly origin?: readonly string[] | undefined;
  /** What the service said beside them; never a secret. */
  readonly details?: CredentialDetails | undefined;
}

/**
 * Knows what identifies one set of credentials and how to obtain it once: no caching, no timers, no policy.
 *
 * @public
 */
export interface CredentialSource {
  /** What it is, for people; never a secret. */
  readonly name: string;
  /** Everything that decides the result of `load`. A function is asked whenever credentials are not simply at hand. */
  readonly key: KeyParts | (() => KeyParts);
  /** Obtains credentials once. Rejects with {@link CredentialsError}, or with anything: that counts as transient. */
  load(context: LoadContext): Promise<AwsCredentialIdentity | LoadedCredentials>;
  /**
   * True for AWS-managed sources whose credentials may be served past their expiration while the source fails.
   * Default: false.
   */
  readonly staticStability?: boolean | undefined;
  /** True when a load may prompt a person: it is then never asked by a background refresh. Default: false. */
  readonly interactive?: boolean | undefined;
  /**
   * How long one load may take, in milliseconds. Default: the cache's `loadTimeoutMs`; for interactive sources
   * 5 minutes, when the cache's was left at its default.
   */
  readonly loadTimeoutMs?: number | undefined;
}
