import type { EmulatorClock, TimeSource } from "./emulator-clock.js";
import type { EmulatorFault } from "./faults/emulator-fault.js";
import type { AddedRole, EmulatorRole } from "./identity/emulator-role.js";
import type { EmulatorRootUser } from "./identity/emulator-root-user.js";
import type { EmulatorSession } from "./identity/emulator-session.js";
import type { AddedUser, EmulatorUser } from "./identity/emulator-user.js";
import type {
  AddedIdentityProvider,
  EmulatorOidcProvider,
  EmulatorSamlProvider,
} from "./identity/identity-providers.js";
import type { RecordedRequest } from "./record/recorded-request.js";

export interface AwsEmulatorOptions {
  /** The port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /** The time the emulator's clock follows. Default: the system's. */
  readonly clock?: TimeSource;
  /**
   * Users at the start; the first one's keys are in {@link AwsEmulator.env}. Default: `demo` of account 123456789012, with
   * the key pair that AWS's documentation uses in its examples.
   */
  readonly users?: readonly EmulatorUser[];
  /** Roles at the start. Default: none. */
  readonly roles?: readonly EmulatorRole[];
  /** Root users of accounts at the start. Default: none. Root users are under no `users`: they have no name. */
  readonly rootUsers?: readonly EmulatorRootUser[];
  /** OIDC providers of accounts at the start. Default: none. */
  readonly oidcProviders?: readonly EmulatorOidcProvider[];
  /** SAML providers of accounts at the start. Default: none. */
  readonly samlProviders?: readonly EmulatorSamlProvider[];
  /** Buckets at the start. Default: none. */
  readonly buckets?: readonly string[];
  /**
   * How far, in milliseconds, the time of a signature may be from the emulator's, either way. Default: what AWS allows,
   * 300000 for STS and 900000 for S3. `Infinity` takes any time: for tests whose clients sign with the system's time while
   * the emulator's clock is elsewhere. The SDK's clients correct a skew by themselves, at the cost of one more request.
   */
  readonly maxClockSkewMs?: number;
  /** Regions a credential scope may name. Default: those that every AWS account has enabled. */
  readonly regions?: readonly string[];
  /**
   * Further regions, those that an account has to enable first, and has. Sessions of the global endpoint
   * (`regionUrl("aws-global")`) are not taken there. Default: none.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
   */
  readonly optInRegions?: readonly string[];
  /**
   * Regions, of those above or further ones, where STS is not activated: what gives credentials is refused there with
   * `RegionDisabledException`. GetCallerIdentity is answered, as AWS does. Default: none.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
   */
  readonly disabledRegions?: readonly string[];
  /** Whether accounts have outbound web identity federation switched on, for GetWebIdentityToken. Default: `true`. */
  readonly outboundWebIdentityFederation?: boolean;
}

/**
 * AWS on loopback: STS and S3 at one URL, for unmodified AWS SDK clients and the AWS CLI. It recomputes every signature,
 * and its answers and refusals are AWS's own. Nothing of it leaves the process.
 */
export interface AwsEmulator {
  /** `http://127.0.0.1:<port>`: the endpoint of both services. */
  readonly url: string;
  readonly port: number;
  /**
   * Environment variables that point any AWS SDK or the AWS CLI at the emulator, as the first user, and away from the
   * machine's own configuration. Holds that user's secret key, so it shows neither in `inspect` nor in `JSON.stringify`.
   */
  readonly env: Readonly<Record<string, string>>;
  /** The emulator's time. Moving it moves nobody else's. */
  readonly clock: EmulatorClock;
  /** Every request since the start or the last {@link clearRequests}, in the order they came. A copy, without secrets. */
  readonly requests: readonly RecordedRequest[];
  /** How many requests in {@link requests} asked for an operation, answered or not: `count("AssumeRole")`. */
  count(operation: string): number;
  clearRequests(): void;

  /** Adds a user. Throws `TypeError` when its access key id is taken or an option is out of bounds. */
  addUser(user: EmulatorUser): AddedUser;
  /** Adds the root user of an account. Throws `TypeError` as {@link addUser} does. */
  addRootUser(user?: EmulatorRootUser): AddedUser;
  /** Adds an OIDC provider, in place of one with the same ARN. Throws `TypeError` when an option is out of bounds. */
  addOidcProvider(provider: EmulatorOidcProvider): AddedIdentityProvider;
  /** Adds a SAML provider, in place of one with the same ARN. Throws `TypeError` when an option is out of bounds. */
  addSamlProvider(provider: EmulatorSamlProvider): AddedIdentityProvider;
  /** Adds a role, in place of one with the same ARN. Throws `TypeError` when an option is out of bounds. */
  addRole(role: EmulatorRole): AddedRole;
  /** Adds an empty S3 bucket. Throws `TypeError` when S3 takes no such name, or when there is one of that name. */
  addBucket(name: string): void;

  /**
   * Makes something go wrong. Answers a function that lifts the fault. Throws `TypeError` when the fault is out of bounds:
   * one that could meet no request would leave a test green and prove nothing.
   */
  addFault(fault: EmulatorFault): () => void;
  /** Lifts every fault. Requests that were met with silence stay unanswered. */
  clearFaults(): void;

  /** What a session was given with, without its secrets. Throws `TypeError` when no session has that access key id. */
  session(accessKeyId: string): EmulatorSession;
  /** Ends a session now: its token is refused as expired. Throws `TypeError` when no session has that access key id. */
  expireSession(accessKeyId: string): void;
  /** Ends every session now, or every one of a role. Answers how many. */
  expireSessions(roleArn?: string): number;
  /**
   * A fresh six-digit code of an MFA device, good for one use: the code it shows now, or, when that was issued or used
   * already, the next one that was not. The emulator takes such a code ahead of its time, and until its time is over: 30 to
   * 60 seconds on the emulator's clock, or more. Throws `TypeError` when the device is in no user's `mfaSerialNumbers`.
   */
  mfaCode(serialNumber: string): string;
  /**
   * The seed of an MFA device in base32, for any authenticator (RFC 6238: SHA-1, six digits, steps of 30 seconds on the
   * emulator's clock). Codes are taken from a step before to a step after, each once. Throws `TypeError` as
   * {@link mfaCode} does.
   */
  mfaSeed(serialNumber: string): string;

  /**
   * The URL of one region's own port, opened when it is first asked for: both services, for signatures that are scoped to
   * that region, and for unsigned requests, which have a region there. `aws-global` stands for STS's global endpoint, which
   * takes signatures for us-east-1. Rejects with `TypeError` when the region is none of the emulator's.
   */
  regionUrl(region: string): Promise<string>;
  /** Closes one region's own port: connections to it are refused, and those there are end. The others stay. */
  closeRegion(region: string): Promise<void>;
  /** Opens one region's own port again, at the number it had. Rejects with an `Error` of `node:net` when that is taken. */
  openRegion(region: string): Promise<void>;
  /**
   * The issuer of the tokens that GetWebIdentityToken gives an account, 123456789012 by default. Its
   * `/.well-known/openid-configuration` and its keys are served at {@link url}; requests for them are not recorded.
   */
  outboundIssuer(accountId?: string): string;

  /**
   * Destroys every connection, also those in silence, and frees the port. Calling it again does nothing more.
   *
   * Rejects, after that, with what the `when` of a fault threw; with an `AggregateError` when those of several did. So the
   * test that closes its emulator fails with its own error.
   */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
