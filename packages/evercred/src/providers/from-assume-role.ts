import type { AssumeRoleCommandInput, AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import type { BoundSource } from "../cache/bound-source.js";
import { requireKnown } from "../cache/option-checks.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import { CredentialsConfigError, CredentialsTransientError } from "../errors.js";
import { callSts, type StsAnswer } from "../sts/call-sts.js";
import { requireRoleArn, requireText, TOKEN_CODE } from "../sts/input-limits.js";
import { checkStsOptions, type StsOptions, stsKey } from "../sts/sts-options.js";
import type { CredentialProvider, Credentials, KeyParts, LoadContext, LoadedCredentials } from "../types.js";
import { assumeRoleInput, type FixedInput } from "./assume-role-input.js";
import { ASSUME_ROLE_OPTIONS, type AssumeRoleOptions, type TokenCodeProvider } from "./assume-role-options.js";
import { principalKey } from "./principal-key.js";
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
  const { arn, partition } = requireRoleArn("roleArn", options.roleArn);
  requireMfaPair(options);
  const signer = createSigner(options.source, { name: `assume-role ${arn}`, cache });
  const role: Role = {
    name: `assume-role ${arn} ← ${signer.name}`,
    partition,
    input: assumeRoleInput(options, signer.isRoleSession),
    tokenCode: options.tokenCode,
    signer,
    sts: checkStsOptions(options, partition),
  };
  return cache.provider(sourceOf(role));
}

function requireMfaPair(options: AssumeRoleOptions): void {
  const { serialNumber, tokenCode } = options;
  if (tokenCode !== undefined && typeof tokenCode !== "function") {
    throw new CredentialsConfigError("`tokenCode` must be a function that answers the six digits: a code works once.");
  }
  if ((serialNumber === undefined) !== (tokenCode === undefined)) {
    const [given, missing] = serialNumber === undefined ? ["tokenCode", "serialNumber"] : ["serialNumber", "tokenCode"];
    throw new CredentialsConfigError(`\`${given}\` needs \`${missing}\`: STS takes a device and its code together.`);
  }
}

function sourceOf(role: Role): BoundSource {
  const { name, tokenCode, signer } = role;
  const prompts = tokenCode !== undefined;
  const mayPrompt = prompts || signer.mayPrompt;
  return {
    name,
    key: () => keyOf(role),
    load: (context) => assume(role, context),
    // An MFA session ends when it ends: who proved to be there an hour ago may be gone.
    staticStability: !prompts,
    interactive: prompts,
    mayPrompt,
    session: "role",
  };
}

/** Every input and who signs. The session's name takes part only where it was asked for. */
function keyOf(role: Role): KeyParts {
  const { Policy, Tags = [], TransitiveTagKeys = [], PolicyArns = [], ProvidedContexts = [], ...rest } = role.input;
  return {
    operation: "AssumeRole",
    ...rest,
    Policy,
    Tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    TransitiveTagKeys: [...TransitiveTagKeys].sort(),
    PolicyArns: PolicyArns.map(({ arn }) => arn).sort(),
    // An assertion is a secret: the hash over the whole key keeps it, and the principal's hash keeps it from the key.
    ProvidedContexts: ProvidedContexts.map(({ ProviderArn = "", ContextAssertion = "" }) =>
      principalKey({ accessKeyId: ProviderArn, secretAccessKey: ContextAssertion }),
    ),
    sts: stsKey(role.sts),
    signer: role.signer.key(),
  };
}

async function assume(role: Role, context: LoadContext): Promise<LoadedCredentials> {
  const { signer, tokenCode, input, partition } = role;
  let signedWith: Credentials | undefined;
  const answer = await callSts<AssumeRoleCommandInput, AssumeRoleCommandOutput>({
    operation: "AssumeRole",
    target: input.RoleArn,
    partition,
    options: role.sts,
    context,
    signer: {
      ...signer,
      credentials: async (asked) => {
        signedWith = await signer.credentials(asked);
        return signedWith;
      },
    },
    input: async () => ({
      ...input,
      RoleSessionName: input.RoleSessionName ?? `evercred-${context.clock.now()}`,
      ...(tokenCode === undefined ? {} : { TokenCode: await askForCode(tokenCode, input.SerialNumber ?? "") }),
    }),
    secrets: (sent) => {
      const assertions = sent.ProvidedContexts?.map(({ ContextAssertion }) => ContextAssertion) ?? [];
      return [sent.TokenCode, sent.ExternalId, ...assertions].map((value) => value ?? "");
    },
    attempts: tokenCode === undefined ? ATTEMPTS : ATTEMPTS_WITH_CODE,
  });
  return toLoaded(role, answer, signedWith);
}

async function askForCode(tokenCode: TokenCodeProvider, serialNumber: string): Promise<string> {
  return requireText("tokenCode", await tokenCode(serialNumber), TOKEN_CODE);
}

function toLoaded(
  role: Role,
  answer: StsAnswer<AssumeRoleCommandOutput>,
  signedWith: Credentials | undefined,
): LoadedCredentials {
  const { output, serverDate, region, place } = answer;
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = output.Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined) {
    throw new CredentialsTransientError(
      `STS AssumeRole for ${role.input.RoleArn} (${place}) answered without credentials. Check that it is STS that ` +
        "answers there: `endpoint`, AWS_ENDPOINT_URL, a proxy.",
    );
  }
  const accountId = output.AssumedRoleUser?.Arn?.split(":")[4];
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    ...(Expiration === undefined ? {} : { expiration: Expiration }),
    ...(accountId === undefined ? {} : { accountId }),
    $source: { ...featuresOf(signedWith), CREDENTIALS_STS_ASSUME_ROLE: "i" },
  };
  return {
    credentials,
    serverDate,
    origin: [`assume-role ${role.input.RoleArn} in ${region}`, ...role.signer.origin()],
    details: detailsOf(output),
  };
}

/** How the signer's own credentials were found: the User-Agent names every step. */
function featuresOf(credentials: Credentials | undefined): Readonly<Record<string, string>> {
  return (credentials as { readonly $source?: Readonly<Record<string, string>> } | undefined)?.$source ?? {};
}

function detailsOf(output: AssumeRoleCommandOutput): Record<string, string | number> {
  const { AssumedRoleUser, PackedPolicySize, SourceIdentity } = output;
  const details = {
    assumedRoleArn: AssumedRoleUser?.Arn,
    assumedRoleId: AssumedRoleUser?.AssumedRoleId,
    packedPolicySize: PackedPolicySize,
    sourceIdentity: SourceIdentity,
  };
  const known = Object.entries(details).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Record<string, string | number>;
}
