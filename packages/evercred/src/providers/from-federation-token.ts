import type { GetFederationTokenCommandInput, GetFederationTokenCommandOutput } from "@aws-sdk/client-sts";
import type { CredentialCache } from "../cache/credential-cache.js";
import { requireKnown } from "../cache/option-checks.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import {
  FEDERATION_NAME,
  LONGEST_POLICY,
  requirePolicy,
  requireSeconds,
  requireText,
  USER_DURATION_SECONDS,
} from "../sts/input-limits.js";
import { checkStsOptions, STS_OPTIONS, type StsOptions, stsKey } from "../sts/sts-options.js";
import type { CredentialProvider, KeyParts, LoadContext, LoadedCredentials } from "../types.js";
import { type AdjustmentRules, adjustmentKey, adjustmentRules, beginAdjusting } from "./adjustments.js";
import { type AccountOptions, guardAccounts, readAllowedAccounts } from "./allowed-accounts.js";
import type { SdkCredentialProvider } from "./from-provider.js";
import { accountInArn, loadFromSts } from "./load-from-sts.js";
import { defined, nonEmpty, policyArnList, sessionKey, tagList } from "./session-input.js";
import { createSigner, type Signer } from "./signer.js";

/**
 * Options of {@link fromFederationToken}: AWS's own words in camelCase.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 *
 * @public
 */
export interface FederationTokenOptions extends StsOptions, AccountOptions {
  /** Names the federated user, in ARNs and in CloudTrail: 2 to 32 of letters, digits and `_+=,.@-`. */
  readonly name: string;
  /**
   * The provider whose credentials sign the call: an IAM user's long-term access key. Default: the credentials of the
   * environment.
   */
  readonly source?: SdkCredentialProvider | undefined;
  /**
   * What the federated user may do, of what the signer may: a policy as an object or as JSON, at most 2048 characters
   * without white space. Without `policy` and `policyArns` the credentials allow nothing by themselves: only resources
   * whose own policies name the federated user.
   */
  readonly policy?: string | object | undefined;
  /** The same by ARNs of managed policies in the signer's account, at most 10. */
  readonly policyArns?: readonly string[] | undefined;
  /** Session tags: at most 50, keys of 1 to 128 characters, values of 0 to 256. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /**
   * Keys of `tags` that are left out when STS finds policies and tags too large together (`PackedPolicyTooLarge`).
   * Default: none.
   */
  readonly droppableTags?: readonly string[] | undefined;
  /** How long the credentials live, in seconds: 900 to 129 600, for the root user at most 3600. Default: 43 200. */
  readonly durationSeconds?: number | undefined;
  /** Default: the cache of the process, {@link sharedCache}. */
  readonly cache?: CredentialCache | undefined;
}

const OPTIONS: readonly (keyof FederationTokenOptions)[] = [
  "name",
  "source",
  "policy",
  "policyArns",
  "tags",
  "droppableTags",
  "durationSeconds",
  "allowedAccountIds",
  "cache",
  ...STS_OPTIONS,
];

const DEFAULT_DURATION_SECONDS = 43_200;

type FixedInput = GetFederationTokenCommandInput & { readonly Name: string; readonly DurationSeconds: number };

/** One federated user as the loads need it. */
interface Federation {
  readonly input: FixedInput;
  readonly signer: Signer;
  readonly sts: StsOptions;
  readonly rules: AdjustmentRules;
  readonly cache: CredentialCache;
}

/**
 * Credentials of a federated user, by `GetFederationToken`: for a broker that hands them to users it has signed in
 * itself. They may do what both the signer and `policy` allow, and in STS only GetCallerIdentity.
 *
 * Without a policy the credentials allow nothing by themselves. That is said by a process warning
 * (`EVERCRED_FEDERATION_WITHOUT_POLICY`) and in `status().details.permissions`.
 *
 * Calls fail with `ERR_CREDENTIALS_CONFIG` when the signer's credentials are temporary, and otherwise as those of
 * {@link fromAssumeRole}.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function fromFederationToken(options: FederationTokenOptions): CredentialProvider {
  requireKnown("fromFederationToken", options, OPTIONS);
  const cache = cacheOrShared(options.cache);
  const allowed = readAllowedAccounts(options);
  const name = requireText("name", options.name, FEDERATION_NAME);
  const signer = createSigner(options.source, {
    name: `federation-token ${name}`,
    cache,
    operation: "GetFederationToken",
  });
  const federation: Federation = {
    input: federationInput(options),
    signer,
    sts: checkStsOptions(options, undefined),
    rules: adjustmentRules({ droppableTags: options.droppableTags }, { tags: options.tags }),
    cache,
  };
  if (hasNoPolicy(federation.input)) {
    warnOfNoPolicy(name);
  }
  const source = {
    name: `federation-token ${name} ← ${signer.name}`,
    key: () => keyOf(federation),
    load: (context: LoadContext) => federate(federation, context),
    mayPrompt: signer.mayPrompt,
    session: "federation" as const,
  };
  return cache.provider(guardAccounts(source, allowed, federation.sts));
}

function federationInput(options: FederationTokenOptions): FixedInput {
  const { name, policy, policyArns, tags, durationSeconds = DEFAULT_DURATION_SECONDS } = options;
  return defined({
    Name: name,
    DurationSeconds: requireSeconds("durationSeconds", durationSeconds, USER_DURATION_SECONDS),
    Policy: policy === undefined ? undefined : requirePolicy("policy", policy, LONGEST_POLICY),
    PolicyArns: nonEmpty(policyArnList(policyArns)),
    Tags: nonEmpty(tagList(tags)),
  }) as FixedInput;
}

function hasNoPolicy({ Policy, PolicyArns }: FixedInput): boolean {
  return Policy === undefined && PolicyArns === undefined;
}

const warned = new Set<string>();
const MOST_WARNED = 100;

/** Once a name: a broker makes one provider a user. */
function warnOfNoPolicy(name: string): void {
  if (warned.has(name) || warned.size >= MOST_WARNED) {
    return;
  }
  warned.add(name);
  process.emitWarning(
    `fromFederationToken for ${JSON.stringify(name)} has neither \`policy\` nor \`policyArns\`: its credentials allow ` +
      "nothing by themselves. Give one of them, unless resources name this federated user in their own policies.",
    { type: "EvercredWarning", code: "EVERCRED_FEDERATION_WITHOUT_POLICY" },
  );
}

function keyOf(federation: Federation): KeyParts {
  const { Policy, PolicyArns, Tags, ...rest } = federation.input;
  return {
    operation: "GetFederationToken",
    ...rest,
    Policy,
    ...sessionKey({ PolicyArns, Tags }),
    ...adjustmentKey(federation.rules),
    sts: stsKey(federation.sts),
    signer: federation.signer.key(),
  };
}

function federate(federation: Federation, context: LoadContext): Promise<LoadedCredentials> {
  const { input, signer, sts, rules, cache } = federation;
  const adjusting = beginAdjusting(input, rules, { cache, key: () => keyOf(federation), context });
  return loadFromSts<GetFederationTokenCommandInput, GetFederationTokenCommandOutput>({
    operation: "GetFederationToken",
    label: `federation-token ${input.Name}`,
    target: input.Name,
    partition: undefined,
    options: sts,
    context,
    signer,
    input: async () => adjusting.input(),
    secrets: () => [],
    learn: adjusting.learn,
    attempts: 3,
    feature: { CREDENTIALS_STS_FEDERATION_TOKEN: "l" },
    accountId: (output) => accountInArn(output.FederatedUser?.Arn),
    details: (output) => ({
      federatedUserArn: output.FederatedUser?.Arn,
      federatedUserId: output.FederatedUser?.FederatedUserId,
      packedPolicySize: output.PackedPolicySize,
      permissions: hasNoPolicy(input) ? "none by themselves: there is neither policy nor policyArns" : undefined,
      ...adjusting.details(),
    }),
  });
}
