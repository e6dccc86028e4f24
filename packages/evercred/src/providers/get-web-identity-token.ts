import type { GetWebIdentityTokenCommandInput, GetWebIdentityTokenCommandOutput } from "@aws-sdk/client-sts";
import { type BoundSource, keyParts } from "../cache/bound-source.js";
import type { CredentialCache } from "../cache/credential-cache.js";
import { nodeCrypto } from "../cache/node-crypto.js";
import { kindOf, requireKnown } from "../cache/option-checks.js";
import { asBackground } from "../cache/provider-internals.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import { CredentialsConfigError, CredentialsTransientError } from "../errors.js";
import { callSts } from "../sts/call-sts.js";
import { requireList, requireSeconds, requireText } from "../sts/input-limits.js";
import { checkStsOptions, STS_OPTIONS, type StsOptions, stsKey } from "../sts/sts-options.js";
import type { CredentialRequest, CredentialStatus, LoadContext, LoadedCredentials } from "../types.js";
import type { SdkCredentialProvider } from "./from-provider.js";
import { nonEmpty, sessionKey, tagList } from "./session-input.js";
import { createSigner, type Signer } from "./signer.js";
import { describeTokenSource, type TokenRequest } from "./tokens/token-source.js";

/**
 * Options of {@link getWebIdentityToken}: AWS's own words in camelCase.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html
 *
 * @public
 */
export interface WebIdentityTokenOptions extends StsOptions {
  /** Who the token is for, its `aud`: 1 to 10 texts of 1 to 1000 characters. */
  readonly audience: string | readonly string[];
  /** The provider whose identity the token states. Default: the credentials of the environment. */
  readonly source?: SdkCredentialProvider | undefined;
  /** `RS256`, which everybody can check, or `ES384`, which is smaller. Default: `RS256`. */
  readonly signingAlgorithm?: "RS256" | "ES384" | undefined;
  /** How long the token lives, in seconds: 60 to 3600, and never longer than the signer's session. Default: 300. */
  readonly durationSeconds?: number | undefined;
  /** Claims of your own: at most 50, keys of 1 to 128 characters, values of 0 to 256. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Default: the cache of the process, {@link sharedCache}. */
  readonly cache?: CredentialCache | undefined;
}

/**
 * What is known of a cached token, without I/O and without the token.
 *
 * @public
 */
export type WebIdentityTokenStatus = Omit<CredentialStatus, "accessKeyId" | "accountId">;

/**
 * A function that answers a token which is good now.
 *
 * @public
 */
export interface WebIdentityTokenProvider {
  /**
   * Answers the cached token while it is good, after one shared load otherwise.
   *
   * @throws {@link CredentialsError}, or the reason of an aborted `signal`.
   */
  (request?: CredentialRequest): Promise<string>;
  /** What it is, for people; never a secret. */
  readonly name: string;
  /** A snapshot without I/O and without the token. */
  status(): WebIdentityTokenStatus;
  /** Says that somebody no longer takes the token: the next call waits for a fresh one. Without it, whatever is cached. */
  invalidate(rejectedToken?: string): void;
}

const OPTIONS: readonly (keyof WebIdentityTokenOptions)[] = [
  "audience",
  "source",
  "signingAlgorithm",
  "durationSeconds",
  "tags",
  "cache",
  ...STS_OPTIONS,
];

const ALGORITHMS = ["RS256", "ES384"];
const DURATION_SECONDS = { min: 60, max: 3600 };
const DEFAULT_DURATION_SECONDS = 300;
const AUDIENCE = { min: 1, max: 1000 };
const MOST_AUDIENCES = 10;

type FixedInput = GetWebIdentityTokenCommandInput & {
  readonly Audience: string[];
  readonly DurationSeconds: number;
  readonly Tags?: { Key: string; Value: string }[];
};

/** One token as its loads need it. */
interface TokenSettings {
  readonly name: string;
  readonly input: FixedInput;
  readonly signer: Signer;
  readonly sts: StsOptions;
}

/**
 * AWS's outbound identity: a JWT, signed by STS, that states who the signer is, for other clouds and services of your
 * own. It is cached, shared and refreshed ahead as credentials are. The call goes to regional endpoints only.
 *
 * Calls fail with `ERR_CREDENTIALS_CONFIG` when outbound identity federation is off in the account or the token would
 * outlive the signer's session, and otherwise as those of {@link fromAssumeRole}.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function getWebIdentityToken(options: WebIdentityTokenOptions): WebIdentityTokenProvider {
  requireKnown("getWebIdentityToken", options, OPTIONS);
  const cache = cacheOrShared(options.cache);
  const input = tokenInput(options);
  const label = `web-identity-token for ${input.Audience.join(", ")}`;
  // STS gives no token that outlives the session of who signs.
  const lifeMs = input.DurationSeconds * 1000;
  const signer = createSigner(options.source, { name: label, cache, operation: "GetWebIdentityToken", lifeMs });
  const settings: TokenSettings = {
    name: `${label} ← ${signer.name}`,
    input,
    signer,
    sts: checkStsOptions(options, undefined),
  };
  const { Tags, Audience, ...rest } = input;
  const source: BoundSource = {
    name: settings.name,
    key: () => ({
      operation: "GetWebIdentityToken",
      ...rest,
      Audience: [...Audience].sort(),
      Tags: sessionKey({ Tags }).Tags,
      sts: stsKey(settings.sts),
      signer: signer.key(),
    }),
    load: (context) => load(settings, context),
    mayPrompt: signer.mayPrompt,
  };
  const provider = cache.provider(source);
  const provide = async (request?: CredentialRequest): Promise<string> =>
    (await provider(readTokenRequest(request))).secretAccessKey;
  const internals = { name: settings.name, key: () => keyParts(source), mayPrompt: signer.mayPrompt };
  return Object.freeze(
    Object.assign(describeTokenSource(provide, internals), {
      status: () => withoutNames(provider.status()),
      invalidate: (rejected?: string) =>
        provider.invalidate(rejected === undefined ? undefined : { accessKeyId: fingerprint(rejected) }),
    }),
  );
}

/** As the token of {@link fromWebIdentity} it is asked in the words of a token source. */
function readTokenRequest(request: CredentialRequest | undefined): CredentialRequest | undefined {
  const { background, renew } = (request ?? {}) as Partial<TokenRequest>;
  if (background === undefined && renew === undefined) {
    return request;
  }
  const asked: CredentialRequest = { signal: request?.signal, forceRefresh: renew };
  return background === true ? asBackground(asked) : asked;
}

function tokenInput(options: WebIdentityTokenOptions): FixedInput {
  const { audience, signingAlgorithm = "RS256", durationSeconds = DEFAULT_DURATION_SECONDS } = options;
  if (audience === undefined) {
    throw new CredentialsConfigError("`audience` must name who the token is for: a text, or up to 10 of them.");
  }
  const audiences = requireList<string>(
    "audience",
    typeof audience === "string" ? [audience] : audience,
    MOST_AUDIENCES,
  );
  if (audiences.length === 0) {
    throw new CredentialsConfigError("`audience` must name who the token is for: a text, or up to 10 of them.");
  }
  if (!ALGORITHMS.includes(signingAlgorithm)) {
    const came = typeof signingAlgorithm === "string" ? JSON.stringify(signingAlgorithm) : kindOf(signingAlgorithm);
    throw new CredentialsConfigError(`\`signingAlgorithm\` must be ${ALGORITHMS.join(" or ")}; got ${came}.`);
  }
  const Tags = nonEmpty(tagList(options.tags));
  return {
    Audience: audiences.map((one, index) => requireText(`audience[${index}]`, one, AUDIENCE)),
    SigningAlgorithm: signingAlgorithm,
    DurationSeconds: requireSeconds("durationSeconds", durationSeconds, DURATION_SECONDS),
    ...(Tags === undefined ? {} : { Tags }),
  };
}

/** The cache keeps sets of credentials; a token is one whose secret is the token. */
async function load(settings: TokenSettings, context: LoadContext): Promise<LoadedCredentials> {
  const { input, signer } = settings;
  const { output, serverDate, region, place } = await callSts<
    GetWebIdentityTokenCommandInput,
    GetWebIdentityTokenCommandOutput
  >({
    operation: "GetWebIdentityToken",
    target: input.Audience.join(", "),
    partition: undefined,
    options: settings.sts,
    context,
    signer,
    regionalOnly: true,
    input: async () => input,
    secrets: () => [],
    attempts: 3,
  });
  const { WebIdentityToken, Expiration } = output;
  if (WebIdentityToken === undefined || Expiration === undefined) {
    throw new CredentialsTransientError(
      `STS GetWebIdentityToken (${place}) answered without a token. Check that it is STS that answers there.`,
    );
  }
  return {
    credentials: {
      accessKeyId: fingerprint(WebIdentityToken),
      secretAccessKey: WebIdentityToken,
      expiration: Expiration,
    },
    serverDate,
    origin: [`web-identity-token in ${region}`, ...signer.origin()],
    details: { region },
  };
}

/** Names a token without being one. */
function fingerprint(token: string): string {
  return nodeCrypto().createHash("sha256").update(token).digest("base64url").slice(0, 22);
}

function withoutNames(status: CredentialStatus): WebIdentityTokenStatus {
  const { accessKeyId: _fingerprint, accountId: _none, ...rest } = status;
  return rest;
}
