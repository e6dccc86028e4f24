import type {
  AssumeRoleWithWebIdentityCommandInput,
  AssumeRoleWithWebIdentityCommandOutput,
} from "@aws-sdk/client-sts";
import type { CredentialCache } from "../cache/credential-cache.js";
import { requireBoolean, requireKnown } from "../cache/option-checks.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import { PROVIDER_ID, ROLE_SESSION_NAME, requireRoleArn } from "../sts/input-limits.js";
import { checkStsOptions, type StsOptions } from "../sts/sts-options.js";
import type { CredentialProvider, KeyParts, LoadContext, LoadedCredentials } from "../types.js";
import { type AdjustmentRules, beginAdjusting } from "./adjustments.js";
import { guardAccounts, readAllowedAccounts, requireAllowed } from "./allowed-accounts.js";
import { assumedRoleDetails } from "./assumed-role.js";
import {
  FEDERATED_ROLE_OPTIONS,
  type FederatedRoleInput,
  type FederatedRoleOptions,
  federatedRoleInput,
  federatedRoleKey,
  federatedRoleRules,
} from "./federated-role.js";
import { accountInArn, loadFromSts } from "./load-from-sts.js";
import { defined, optionalText } from "./session-input.js";
import type { WebIdentityTokenSource } from "./tokens/token-source.js";
import { readToken, type TokenDesk, tokenDesk } from "./web-identity/token-desk.js";

/**
 * Options of {@link fromWebIdentity}: AWS's own words in camelCase.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 *
 * @public
 */
export interface WebIdentityOptions extends FederatedRoleOptions {
  /** The role's ARN: 20 to 2048 characters. */
  readonly roleArn: string;
  /**
   * The token that an identity provider issued, 4 to 20 000 characters: a function that is asked at every load, such as
   * {@link githubActionsToken}, or a text. A text is used until it expires and cannot be renewed. Either this or
   * `tokenFile`.
   */
  readonly token?: string | WebIdentityTokenSource | undefined;
  /** A file with the token, read again at every load. Either this or `token`. */
  readonly tokenFile?: string | undefined;
  /** Names the session in CloudTrail: 2 to 64 of letters, digits and `_+=,.@-`. Default: `evercred-` and the time. */
  readonly roleSessionName?: string | undefined;
  /**
   * The host of an OAuth 2.0 provider whose access tokens are no JWTs: `www.amazon.com` or `graph.facebook.com`. Not for
   * OpenID Connect.
   */
  readonly providerId?: string | undefined;
  /** The function `token` may prompt a person: it is never asked by a background refresh. Default: false. */
  readonly interactive?: boolean | undefined;
}

const OPTIONS: readonly (keyof WebIdentityOptions)[] = [
  "roleArn",
  "token",
  "tokenFile",
  "roleSessionName",
  "providerId",
  "interactive",
  ...FEDERATED_ROLE_OPTIONS,
];

type FixedInput = FederatedRoleInput & {
  readonly RoleArn: string;
  readonly RoleSessionName?: string;
  readonly ProviderId?: string;
};

/** One role as its loads need it. */
interface Role {
  readonly partition: string;
  readonly input: FixedInput;
  readonly desk: TokenDesk;
  readonly interactive: boolean;
  readonly sts: StsOptions;
  readonly rules: AdjustmentRules;
  readonly cache: CredentialCache;
}

/**
 * A role's temporary credentials for the holder of a token that an OpenID Connect provider issued, by
 * `AssumeRoleWithWebIdentity`: for Kubernetes, CI systems and other clouds. The call is not signed. The token is read
 * again at every load, and at every attempt of one.
 *
 * Calls fail with `ERR_CREDENTIALS_DENIED` when STS or the role's trust policy refuses the token,
 * `ERR_CREDENTIALS_EXPIRED` when the token has expired and no other one is there, `ERR_CREDENTIALS_CONFIG` when it is no
 * signed JWT, and otherwise as those of {@link fromAssumeRole}.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function fromWebIdentity(options: WebIdentityOptions): CredentialProvider {
  requireKnown("fromWebIdentity", options, OPTIONS);
  const { interactive = false } = options;
  requireBoolean("interactive", interactive);
  const cache = cacheOrShared(options.cache);
  const { arn, partition, accountId } = requireRoleArn("roleArn", options.roleArn);
  const allowed = readAllowedAccounts(options);
  requireAllowed(accountId, allowed, `the role ${arn}`);
  const role: Role = {
    partition,
    input: webIdentityInput(options),
    desk: tokenDesk(options),
    interactive,
    sts: checkStsOptions(options, partition),
    rules: federatedRoleRules(options),
    cache,
  };
  const source = {
    name: `web-identity ${arn} ← ${role.desk.name}`,
    key: () => keyOf(role),
    load: (context: LoadContext) => assume(role, context),
    staticStability: !interactive,
    interactive,
    mayPrompt: interactive || role.desk.mayPrompt,
    session: "role" as const,
  };
  return cache.provider(guardAccounts(source, allowed, role.sts));
}

function webIdentityInput(options: WebIdentityOptions): FixedInput {
  return defined({
    RoleArn: options.roleArn,
    RoleSessionName: optionalText("roleSessionName", options.roleSessionName, ROLE_SESSION_NAME),
    ProviderId: optionalText("providerId", options.providerId, PROVIDER_ID),
    ...federatedRoleInput(options),
  }) as FixedInput;
}

function keyOf(role: Role): KeyParts {
  const { desk, interactive } = role;
  // Who may prompt and who may not do not share: the background of one would prompt for the other.
  return { operation: "AssumeRoleWithWebIdentity", ...federatedRoleKey(role), token: desk.key(), interactive };
}

function assume(role: Role, context: LoadContext): Promise<LoadedCredentials> {
  const { desk, cache, input } = role;
  const adjusting = beginAdjusting(input, role.rules, { cache, key: () => keyOf(role), context });
  return loadFromSts<AssumeRoleWithWebIdentityCommandInput, AssumeRoleWithWebIdentityCommandOutput>({
    operation: "AssumeRoleWithWebIdentity",
    label: `web-identity ${input.RoleArn}`,
    target: input.RoleArn,
    partition: role.partition,
    options: role.sts,
    context,
    signer: undefined,
    tokenOrigin: [desk.name],
    freshInput: desk.isFresh,
    renewal: desk.renewal,
    input: async (renew) => ({
      ...adjusting.input(),
      RoleSessionName: input.RoleSessionName ?? `evercred-${context.clock.now()}`,
      WebIdentityToken: await readToken(desk, context, { renew, isOpaque: input.ProviderId !== undefined }),
    }),
    secrets: (sent) => [sent.WebIdentityToken ?? ""],
    learn: adjusting.learn,
    attempts: 3,
    feature: { CREDENTIALS_STS_ASSUME_ROLE_WEB_ID: "k" },
    accountId: (output) => accountInArn(output.AssumedRoleUser?.Arn),
    details: (output) => ({
      ...assumedRoleDetails(output),
      subjectFromWebIdentityToken: output.SubjectFromWebIdentityToken,
      provider: output.Provider,
      audience: output.Audience,
      ...adjusting.details(),
    }),
  });
}
