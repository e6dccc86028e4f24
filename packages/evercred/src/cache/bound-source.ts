import type { CredentialSource, KeyParts } from "../types.js";
import { hashKey } from "./cache-key.js";

/** A source as a cache binds it: what it says of itself to providers that sign with it comes along. */
export interface BoundSource extends CredentialSource {
  /** Asking it may prompt a person through its signer. Default: `interactive`. */
  readonly mayPrompt?: boolean | undefined;
  /** What its credentials are to STS, which lets some sessions do less than others. */
  readonly session?: "role" | undefined;
}

/** The parts of a source's key, as they are now. */
export function keyParts(source: CredentialSource): KeyParts {
  return typeof source.key === "function" ? source.key() : source.key;
}

/** Whether what a source would load now belongs to the entry of that key: the environment may have changed since. */
export function stillHasKey(source: CredentialSource, keyHash: string): boolean {
  try {
    return typeof source.key !== "function" || hashKey(source.key()) === keyHash;
  } catch {
    return false;
  }
}
