import { randomUUID } from "node:crypto";
import { CompactSign, UnsecuredJWT } from "jose";
import type { IssuerKeys, SigningKey } from "./issuer-keys.js";
import type { OidcTokenOptions } from "./oidc-token-options.js";

/** Who issues a token, and when. */
export interface TokenIssuance {
  readonly issuer: string;
  readonly nowMs: number;
  readonly keys: IssuerKeys;
}

export type TokenClaims = Readonly<Record<string, unknown>>;

/** Issues a JWT as its options ask for it, sound or not. */
export async function issueToken(options: OidcTokenOptions, issuance: TokenIssuance): Promise<string> {
  const claims = tokenClaims(options, issuance);
  const { sign = "valid", keyId } = options;
  if (sign === "none") return new UnsecuredJWT(claims).encode();
  const current = issuance.keys.current();
  const signer = sign === "wrong-key" ? await issuance.keys.stranger() : current;
  const token = await signed(claims, { ...signer, keyId: keyId ?? current.keyId });
  return sign === "tampered" ? withOtherSubject(token, claims) : token;
}

function tokenClaims(options: OidcTokenOptions, { issuer, nowMs }: TokenIssuance): TokenClaims {
  const now = Math.floor(nowMs / 1000);
  const { audience = "sts.amazonaws.com", subject = "subject", expiresInSeconds = 3600, notBeforeSeconds } = options;
  return {
    iss: issuer,
    sub: subject,
    aud: audience,
    iat: now,
    ...(notBeforeSeconds === undefined ? {} : { nbf: now + notBeforeSeconds }),
    exp: now + expiresInSeconds,
    jti: randomUUID(),
    ...options.claims,
  };
}

function signed(claims: TokenClaims, { keyId, algorithm, privateKey }: SigningKey): Promise<string> {
  // Not SignJWT, which refuses claims that are malformed: an issuer in a test has to be able to get them wrong.
  return new CompactSign(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: algorithm, kid: keyId, typ: "JWT" })
    .sign(privateKey);
}

function withOtherSubject(token: string, claims: TokenClaims): string {
  const [header, , signature] = token.split(".");
  const payload = Buffer.from(JSON.stringify({ ...claims, sub: `${String(claims["sub"])}-tampered` }));
  return `${header}.${payload.toString("base64url")}.${signature}`;
}
