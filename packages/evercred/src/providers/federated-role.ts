import type { CredentialCache } from "../cache/credential-cache.js";
import { LONGEST_POLICY, requirePolicy } from "../sts/input-limits.js";
import { STS_OPTIONS, type StsOptions, stsKey } from "../sts/sts-options.js";
import type { KeyParts } from "../types.js";
import { type AdjustmentOptions, type AdjustmentRules, adjustmentKey, adjustmentRules } from "./adjustments.js";
import type { AccountOptions } from "./allowed-accounts.js";
import { roleDuration } from "./role-duration.js";
import { defined, nonEmpty, policyArnList, sessionKey } from "./session-input.js";

/**
 * Options of every role that is assumed with what an identity provider issued.
 *
 * @public
 */
export interface FederatedRoleOptions extends StsOptions, AdjustmentOptions, AccountOptions {
  /**
   * How long the session lives, in seconds: 900 to 43 200, at most the role's own maximum. An assertion may shorten it
   * (`SessionDuration`, `SessionNotOnOrAfter`). Default: 3600.
   */
  readonly durationSeconds?: number | undefined;
  /** Narrows what the session may do: a policy as an object or as JSON, at most 2048 characters without white space. */
  readonly policy?: string | object | undefined;
  /** Narrows what the session may do: ARNs of managed policies in the role's account, at most 10. */
  readonly policyArns?: readonly string[] | undefined;
  /** Default: the cache of the process, {@link sharedCache}. */
  readonly cache?: CredentialCache | undefined;
}

/** The names of these options. */
export const FEDERATED_ROLE_OPTIONS: readonly (keyof FederatedRoleOptions)[] = [
  "durationSeconds",
  "policy",
  "policyArns",
  "durationFallback",
  "allowedAccountIds",
  "cache",
  ...STS_OPTIONS,
];

/** What these options put into a request. */
export interface FederatedRoleInput {
  readonly DurationSeconds: number;
  readonly Policy?: string;
  readonly PolicyArns?: { arn: string }[];
}

/**
 * The part of a request that these options stand for.
 *
 * @throws CredentialsConfigError naming the option, its bound and what came.
 */
export function federatedRoleInput(options: FederatedRoleOptions): FederatedRoleInput {
  const { policy } = options;
  return defined({
    DurationSeconds: roleDuration(options.durationSeconds),
    Policy: policy === undefined ? undefined : requirePolicy("policy", policy, LONGEST_POLICY),
    PolicyArns: nonEmpty(policyArnList(options.policyArns)),
  }) as FederatedRoleInput;
}

/** What may be taken back of such a request: it has no tags of its own. */
export function federatedRoleRules(options: FederatedRoleOptions): AdjustmentRules {
  return adjustmentRules({ durationFallback: options.durationFallback }, {});
}

/** The part of a key that such a request stands for. */
export function federatedRoleKey(role: {
  readonly input: FederatedRoleInput;
  readonly rules: AdjustmentRules;
  readonly sts: StsOptions;
}): KeyParts {
  const { PolicyArns, ...rest } = role.input;
  return { ...rest, ...sessionKey({ PolicyArns }), ...adjustmentKey(role.rules), sts: stsKey(role.sts) };
}
