import { nodeCrypto } from "../cache/node-crypto.js";
import type { Credentials, KeyParts } from "../types.js";

const PROVE: unique symbol = Symbol.for("evercred.prove.v1");

/** A keyed hash over a text. */
type Prove = (text: string) => string;

/**
 * Who a fixed set of credentials is: its access key id, with a keyed hash over the secret, so that naming somebody's
 * access key id is not enough to share an entry with them.
 */
export function principalKey(credentials: Credentials): KeyParts {
  const { accessKeyId, secretAccessKey, sessionToken = "" } = credentials;
  // One a process: two copies of the package share a cache, and so a signer must be the same to both.
  const holder = globalThis as { [PROVE]?: Prove };
  holder[PROVE] ??= makeProve();
  return { principal: accessKeyId, proof: holder[PROVE](JSON.stringify([secretAccessKey, sessionToken])) };
}

/** The hash's key is known to this process only, and to nobody outside the closure: what it hashes says nothing elsewhere. */
function makeProve(): Prove {
  const key = nodeCrypto().randomBytes(32);
  return (text) => nodeCrypto().createHmac("sha256", key).update(text).digest("base64url");
}
