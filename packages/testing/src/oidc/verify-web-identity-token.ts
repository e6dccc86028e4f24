import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import type { TimeSource } from "../emulator-clock.js";
import type { Directory } from "../identity/directory.js";
import type { OidcProvider } from "../identity/identity-providers.js";
import { expiredToken, invalidIdentityToken } from "../sts/identity-token-error.js";
import type { AskedTags } from "../sts/session-tags.js";
import { keyNotRetrieved } from "./fetch-json.js";
import type { ProviderKeys } from "./provider-keys.js";
import { tokenTags } from "./token-tags.js";

/** Whom a token that was verified is of. */
export interface WebIdentity {
  readonly provider: OidcProvider;
  readonly subject: string;
  /**
   * What AWS compares as the audience: the claim `azp`, and without it `aud`.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#ck_aud
   */
  readonly audiences: readonly string[];
  readonly tags: AskedTags;
  readonly sourceIdentity: string | undefined;
}

export interface TokenVerification {
  readonly directory: Pick<Directory, "oidcProvider">;
  readonly clock: TimeSource;
  readonly keys: ProviderKeys;
  /** The account of the role: its identity providers count. */
  readonly accountId: string;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html */
const toleratedSeconds = 300;

const sourceIdentityClaim = "https://aws.amazon.com/source_identity";

/**
 * Verifies a web identity token with the keys that its issuer publishes. Rejects with `AwsError` unless an identity
 * provider of the role's account issued it, for one of its client ids, and it is within its time.
 */
export async function verifyWebIdentityToken(token: string, verification: TokenVerification): Promise<WebIdentity> {
  const provider = providerOf(token, verification);
  const payload = await verifiedPayload(token, provider, verification);
  requireWholeSeconds(payload);
  const audiences = claimedAudiences(payload);
  if (!audiences.some((audience) => provider.clientIds.includes(audience))) {
    throw invalidIdentityToken("Incorrect token audience");
  }
  const { sub = "", azp } = payload;
  return {
    provider,
    subject: sub,
    audiences: typeof azp === "string" ? [azp] : audiences,
    tags: tokenTags(payload),
    sourceIdentity: claimedSourceIdentity(payload),
  };
}

function providerOf(token: string, { directory, accountId }: TokenVerification): OidcProvider {
  const { iss } = readUnverified(token);
  if (typeof iss !== "string") throw missingClaim("iss");
  const provider = directory.oidcProvider(iss, accountId);
  // ARNs leave out the scheme, and an issuer is the same only with the same one.
  if (provider === undefined || provider.issuer !== iss) {
    throw invalidIdentityToken(`No OpenIDConnect provider found in your account for ${iss}`);
  }
  return provider;
}

function readUnverified(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw invalidIdentityToken(
      "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
    );
  }
}

async function verifiedPayload(
  token: string,
  { issuer }: OidcProvider,
  { keys, clock }: TokenVerification,
): Promise<JWTPayload> {
  const options = {
    algorithms,
    currentDate: new Date(clock.now()),
    clockTolerance: toleratedSeconds,
    requiredClaims: ["sub", "aud", "exp", "iat"],
  };
  const verify = async (fresh: boolean): Promise<JWTPayload> =>
    (await jwtVerify(token, await keys.keysOf(issuer, { fresh }), options)).payload;
  try {
    return await verify(false).catch((error: unknown) => {
      // The issuer may have a new key since it was asked.
      if (error instanceof errors.JWKSNoMatchingKey) return verify(true);
      throw error;
    });
  } catch (error) {
    throw refusal(error, clock);
  }
}

function refusal(error: unknown, clock: TimeSource): unknown {
  if (error instanceof errors.JWTExpired) {
    const now = Math.floor(clock.now() / 1000);
    return expiredToken(
      `Token expired: current date/time ${now} must be before the expiration date/time ${error.payload.exp}`,
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed && error.reason === "missing") return missingClaim(error.claim);
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return keyNotRetrieved();
  }
  return error instanceof errors.JOSEError ? invalidIdentityToken() : error;
}

/** "Timestamps in the token must be formatted as either an integer or a long integer." */
function requireWholeSeconds({ exp, iat, nbf }: JWTPayload): void {
  for (const time of [exp, iat, nbf]) {
    if (time !== undefined && !Number.isInteger(time)) throw invalidIdentityToken();
  }
}

function claimedAudiences({ aud = [], azp }: JWTPayload): readonly string[] {
  return [...[azp ?? []].flat(), ...[aud].flat()].filter((audience) => typeof audience === "string");
}

function claimedSourceIdentity(payload: JWTPayload): string | undefined {
  const sourceIdentity = payload[sourceIdentityClaim];
  if (sourceIdentity === undefined || typeof sourceIdentity === "string") return sourceIdentity;
  throw invalidIdentityToken();
}

function missingClaim(name: string): Error {
  return invalidIdentityToken(`Missing a required claim: ${name}`);
}
