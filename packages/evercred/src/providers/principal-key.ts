import { nodeCrypto } from "../cache/node-crypto.js";
import type { Credentials, KeyParts } from "../types.js";

/** Known to this process only: what it hashes says nothing elsewhere. */
let proofKey: Buffer | undefined;

/**
 * Who a fixed set of credentials is: its access key id, with a keyed hash over the secret, so that naming somebody's
 * access key id is not enough to share an entry with them.
 */
export function principalKey(credentials: Credentials): KeyParts {
  const { accessKeyId, secretAccessKey, sessionToken = "" } = credentials;
  proofKey ??= nodeCrypto().randomBytes(32);
  const proof = nodeCrypto()
    .createHmac("sha256", proofKey)
    .update(JSON.stringify([secretAccessKey, sessionToken]));
  return { principal: accessKeyId, proof: proof.digest("base64url") };
}
