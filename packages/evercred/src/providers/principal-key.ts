import { createHmac, randomBytes } from "node:crypto";
import type { Credentials, KeyParts } from "../types.js";

/** Known to this process only: what it hashes says nothing elsewhere. */
const PROOF_KEY = randomBytes(32);

/**
 * Who a fixed set of credentials is: its access key id, with a keyed hash over the secret, so that naming somebody's
 * access key id is not enough to share an entry with them.
 */
export function principalKey(credentials: Credentials): KeyParts {
  const { accessKeyId, secretAccessKey, sessionToken = "" } = credentials;
  const proof = createHmac("sha256", PROOF_KEY).update(JSON.stringify([secretAccessKey, sessionToken]));
  return { principal: accessKeyId, proof: proof.digest("base64url") };
}
