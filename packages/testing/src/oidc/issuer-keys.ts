import { randomUUID } from "node:crypto";
import { type CryptoKey, exportJWK, generateKeyPair, type JSONWebKeySet } from "jose";

/** A key that signs tokens. The private half stays in the key object, which cannot be exported. */
export interface SigningKey {
  readonly keyId: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
}

/** The keys of one issuer. */
export interface IssuerKeys {
  current(): SigningKey;
  /** A key that is never published. */
  stranger(): Promise<SigningKey>;
  /** What the issuer publishes: the current key's public half. */
  published(): JSONWebKeySet;
  rotate(): Promise<void>;
}

interface KeyInUse {
  readonly signing: SigningKey;
  readonly published: JSONWebKeySet;
}

export async function createIssuerKeys(algorithm: "RS256" | "ES256"): Promise<IssuerKeys> {
  let inUse = await generate(algorithm);
  let stranger: Promise<KeyInUse> | undefined;
  return {
    current: () => inUse.signing,
    async stranger(): Promise<SigningKey> {
      // Generating an RSA key takes long, and few tests need this one.
      stranger ??= generate(algorithm);
      return (await stranger).signing;
    },
    published: () => inUse.published,
    async rotate(): Promise<void> {
      inUse = await generate(algorithm);
    },
  };
}

async function generate(algorithm: "RS256" | "ES256"): Promise<KeyInUse> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const keyId = randomUUID();
  const published = { keys: [{ ...(await exportJWK(publicKey)), kid: keyId, alg: algorithm, use: "sig" }] };
  return { signing: { keyId, algorithm, privateKey }, published };
}
