import { randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import type { Answer } from "../http/answer.js";
import type { RawRequest } from "../http/raw-request.js";

export type OutboundAlgorithm = "RS256" | "ES384";

/**
 * The issuer of the tokens of GetWebIdentityToken, one URL for each account.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound.html
 */
export interface OutboundIssuer {
  /** Whether accounts have outbound web identity federation switched on. */
  readonly enabled: boolean;
  url(accountId: string): string;
  sign(payload: JWTPayload, algorithm: OutboundAlgorithm): Promise<string>;
  /** Answers a request for the issuer's metadata or keys; `undefined` when it is for something else. */
  document(request: RawRequest): Promise<Answer | undefined>;
}

interface SigningKey {
  readonly keyId: string;
  readonly privateKey: CryptoKey;
  readonly published: JWK;
}

const algorithms: readonly OutboundAlgorithm[] = ["RS256", "ES384"];
const documentPath = /^\/outbound\/(\d{12})\/\.well-known\/(openid-configuration|jwks\.json)$/;

export function createOutboundIssuer(enabled: boolean, baseUrl: () => string): OutboundIssuer {
  const keys = new Map<OutboundAlgorithm, Promise<SigningKey>>();
  // Made when first needed: most tests need none, and an RSA key takes its time.
  const keyOf = (algorithm: OutboundAlgorithm): Promise<SigningKey> => {
    const key = keys.get(algorithm) ?? createKey(algorithm);
    keys.set(algorithm, key);
    return key;
  };
  const url = (accountId: string): string => `${baseUrl()}/outbound/${accountId}`;
  return {
    enabled,
    url,
    async sign(payload, algorithm): Promise<string> {
      const { keyId, privateKey } = await keyOf(algorithm);
      return new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid: keyId, typ: "JWT" }).sign(privateKey);
    },
    async document({ method, path }): Promise<Answer | undefined> {
      const [, accountId, name] = documentPath.exec(path) ?? [];
      if (method !== "GET" || accountId === undefined || !enabled) return undefined;
      if (name === "openid-configuration") return json(metadata(url(accountId)));
      const published = await Promise.all(algorithms.map(keyOf));
      return json({ keys: published.map((key) => key.published) });
    },
  };
}

async function createKey(algorithm: OutboundAlgorithm): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const keyId = randomUUID();
  return { keyId, privateKey, published: { ...(await exportJWK(publicKey)), kid: keyId, alg: algorithm, use: "sig" } };
}

function metadata(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: algorithms,
    claims_supported: ["aud", "exp", "iat", "iss", "jti", "sub"],
  };
}

function json(value: object): Answer {
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
