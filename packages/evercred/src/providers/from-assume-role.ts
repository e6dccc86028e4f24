import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import type { BoundSource } from "../cache/bound-source.js";
import type { CredentialCache } from "../cache/credential-cache.js";
import { requireKnown } from "../cache/option-checks.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import { requireRoleArn } from "../sts/input-limits.js";
import { checkStsOptions, type StsOptions, stsKey } from "../sts/sts-options.js";
import type { CredentialProvider, KeyParts, LoadContext, LoadedCredentials } from "../types.js";
import { type AdjustmentRules, adjustmentKey, adjustmentRules, beginAdjusting } from "./adjustments.js";
import { guardAccounts, readAllowedAccounts, requireAllowed } from "./allowed-accounts.js";
import { assumeRoleInput, type FixedInput } from "./assume-role-input.js";
import { ASSUME_ROLE_OPTIONS, type AssumeRoleOptions } from "./assume-role-options.js";
import { assumedRoleDetails } from "./assumed-role.js";
import { accountInArn, loadFromSts } from "./load-from-sts.js";
import { openCodeDesk, requireMfaPair, type TokenCodeProvider } from "./mfa-code.js";
import { principalKey } from "./principal-key.js";
import { sessionKey } from "./session-input.js";
import { createSigner, type Signer } from "./signer.js";

/** How often a transient failure is tried in all. A code of an MFA device works once, and so is sent once. */
const ATTEMPTS = 3;
const ATTEMPTS_WITH_CODE = 1;

/** One role as its loads need it. */
interface Role {
  readonly name: string;
  readonly partition: string;
  readonly input: FixedInput;
  readonly tokenCode: TokenCodeProvider | undefined;
  readonly signer: Signer;
  readonly sts: StsOptions;
  readonly rules: AdjustmentRules;
  readonly cache: CredentialCache;
}

/**
 * A role's temporary credentials, by `AssumeRole`. `source` signs: chains of any depth are roles whose source is a role,
 * and each hop is a cache entry of its own.
 *
 * Calls fail with `ERR_CREDENTIALS_DENIED` when STS refuses, `ERR_CREDENTIALS_CONFIG` when it finds the request wrong,
 * `ERR_CREDENTIALS_EXPIRED` when the signer's credentials have expired and cannot be renewed, and
 * `ERR_CREDENTIALS_TRANSIENT` or `ERR_CREDENTIALS_TIMEOUT` when it cannot be reached.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function fromAssumeRole(options: AssumeRoleOptions): CredentialProvider {
  requireKnown("fromAssumeRole", options, ASSUME_ROLE_OPTIONS);
  const cache = cacheOrShared(options.cache);
  const { arn, partition, accountId } = requireRoleArn("roleArn", options.roleArn);
  const allowed = readAllowedAccounts(options);
  requireAllowed(accountId, allowed, `the role ${arn}`);
  requireMfaPair(options);
  const signer = createSigner(options.source, { name: `assume-role ${arn}`, cache, operation: "AssumeRole" });
  const role: Role = {
    name: `assume-role ${arn} ← ${signer.name}`,
    partition,
    input: assumeRoleInput(options, signer.isRoleSession),
    tokenCode: options.tokenCode,
    signer,
    sts: checkStsOptions(options, partition),
    rules: adjustmentRules(options, {
      tags: options.tags,
      isChained: signer.isRoleSession,
      isSentOnce: options.tokenCode !== undefined,
    }),
    cache,
  };
  return cache.provider(guardAccounts(sourceOf(role), allowed, role.sts));
}

function sourceOf(role: Role): BoundSource {
  const { name, tokenCode, signer } = role;
  const prompts = tokenCode !== undefined;
  return {
    name,
    key: () => keyOf(role),
    load: (context) => assume(role, context),
    // An MFA session ends when it ends: who proved to be there an hour ago may be gone.
    staticStability: !prompts,
    interactive: prompts,
    mayPrompt: prompts || signer.mayPrompt,
    session: "role",
  };
}

/** Every input and who signs. The session's name takes part only where it was asked for. */
function keyOf(role: Role): KeyParts {
  const { Policy, Tags, TransitiveTagKeys = [], PolicyArns, ProvidedContexts = [], ...rest } = role.input;
  return {
    operation: "AssumeRole",
    ...rest,
    Policy,
    ...sessionKey({ PolicyArns, Tags }),
    TransitiveTagKeys: [...TransitiveTagKeys].sort(),
    // An assertion is a secret: the hash over the whole key keeps it, and the principal's hash keeps it from the key.
    ProvidedContexts: ProvidedContexts.map(({ ProviderArn = "", ContextAssertion = "" }) =>
      principalKey({ accessKeyId: ProviderArn, secretAccessKey: ContextAssertion }),
    ),
    ...adjustmentKey(role.rules),
    sts: stsKey(role.sts),
    signer: role.signer.key(),
  };
}

function assume(role: Role, context: LoadContext): Promise<LoadedCredentials> {
  const { signer, tokenCode, partition, cache } = role;
  const adjusting = beginAdjusting(role.input, role.rules, { cache, key: () => keyOf(role), context });
  const { RoleArn, SerialNumber = "" } = role.input;
  const codes = tokenCode && openCodeDesk(tokenCode, SerialNumber, context.clock);
  return loadFromSts<AssumeRoleCommandInput, AssumeRoleCommandOutput>({
    operation: "AssumeRole",
    label: `assume-role ${RoleArn}`,
    target: RoleArn,
    partition,
    options: role.sts,
    context,
    signer,
    input: async () => {
      const input = adjusting.input();
      return {
        ...input,
        RoleSessionName: input.RoleSessionName ?? `evercred-${context.clock.now()}`,
        ...(codes === undefined ? {} : { TokenCode: await codes.ask() }),
      };
    },
    secrets: (sent) => {
      const assertions = sent.ProvidedContexts?.map(({ ContextAssertion }) => ContextAssertion) ?? [];
      return [sent.TokenCode, sent.ExternalId, ...assertions].map((value) => value ?? "");
    },
    learn: adjusting.learn,
    attempts: tokenCode === undefined ? ATTEMPTS : ATTEMPTS_WITH_CODE,
    feature: { CREDENTIALS_STS_ASSUME_ROLE: "i" },
    accountId: (output) => accountInArn(output.AssumedRoleUser?.Arn),
    details: (output) => ({ ...assumedRoleDetails(output), ...adjusting.details() }),
  }).catch((error: unknown) => {
    codes?.failed(error);
    throw error;
  });
}
