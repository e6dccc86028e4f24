import type { CredentialCache } from "../cache/credential-cache.js";
import { STS_OPTIONS, type StsOptions } from "../sts/sts-options.js";
import type { AdjustmentOptions } from "./adjustments.js";
import type { AccountOptions } from "./allowed-accounts.js";
import type { SdkCredentialProvider } from "./from-provider.js";
import type { TokenCodeProvider } from "./mfa-code.js";

/**
 * Options of {@link fromAssumeRole}: AWS's own words in camelCase.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 *
 * @public
 */
export interface AssumeRoleOptions extends StsOptions, AdjustmentOptions, AccountOptions {
  /** The role's ARN: 20 to 2048 characters. */
  readonly roleArn: string;
  /**
   * The provider whose credentials sign the call: ours, or any of the SDK's. Default: the credentials of the
   * environment.
   */
  readonly source?: SdkCredentialProvider | undefined;
  /** Names the session in CloudTrail: 2 to 64 of letters, digits and `_+=,.@-`. Default: `evercred-` and the time. */
  readonly roleSessionName?: string | undefined;
  /**
   * How long the session lives, in seconds: 900 to 43 200, at most the role's own maximum, and at most 3600 when
   * `source` is itself a role's session. Default: 3600.
   */
  readonly durationSeconds?: number | undefined;
  /** What the role's trust policy asks a third party for: 2 to 1224 of letters, digits and `_+=,.@:/-`. */
  readonly externalId?: string | undefined;
  /** Narrows what the session may do: a policy as an object or as JSON. */
  readonly policy?: string | object | undefined;
  /** Narrows what the session may do: ARNs of managed policies in the role's account, at most 10. */
  readonly policyArns?: readonly string[] | undefined;
  /** Session tags: at most 50, keys of 1 to 128 characters, values of 0 to 256. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /**
   * Keys of `tags` that are left out when STS finds policies and tags too large together (`PackedPolicyTooLarge`).
   * `status().details.droppedTags` names them then. Default: none.
   */
  readonly droppableTags?: readonly string[] | undefined;
  /** Keys of `tags` that roles assumed with this session inherit: at most 50. */
  readonly transitiveTagKeys?: readonly string[] | undefined;
  /** Who is behind the session; stays along a chain of roles: 2 to 64 of letters, digits and `_+=,.@-`. */
  readonly sourceIdentity?: string | undefined;
  /** The MFA device of the user who signs: its ARN or its serial number, 9 to 256 characters. Needs `tokenCode`. */
  readonly serialNumber?: string | undefined;
  /**
   * Asked for six digits, once for all callers who wait, never from a background refresh. A code is sent once. Needs
   * `serialNumber`.
   */
  readonly tokenCode?: TokenCodeProvider | undefined;
  /** Contexts that trusted providers assert, at most 5. */
  readonly providedContexts?: readonly ProvidedContext[] | undefined;
  /** Default: the cache of the process, {@link sharedCache}. */
  readonly cache?: CredentialCache | undefined;
}

/**
 * What a trusted context provider asserts.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_ProvidedContext.html
 *
 * @public
 */
export interface ProvidedContext {
  /** The context provider's ARN: 20 to 2048 characters. */
  readonly providerArn: string;
  /** The assertion it signed: 4 to 2048 characters. */
  readonly contextAssertion: string;
}

/** Every option there is: what is none of these was misspelt. */
export const ASSUME_ROLE_OPTIONS: readonly (keyof AssumeRoleOptions)[] = [
  "roleArn",
  "source",
  "roleSessionName",
  "durationSeconds",
  "externalId",
  "policy",
  "policyArns",
  "tags",
  "transitiveTagKeys",
  "sourceIdentity",
  "serialNumber",
  "tokenCode",
  "providedContexts",
  "durationFallback",
  "droppableTags",
  "allowedAccountIds",
  "cache",
  ...STS_OPTIONS,
];
