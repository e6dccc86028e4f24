import { CredentialsConfigError, isCredentialsError } from "../errors.js";
import type { CredentialSource, KeyParts } from "../types.js";
import { hashKey } from "./cache-key.js";
import { kindOf } from "./option-checks.js";
import type { SessionKind } from "./provider-internals.js";

/** A source as a cache binds it: what it says of itself to providers that sign with it comes along. */
export interface BoundSource extends CredentialSource {
  /** Asking it may prompt a person through its signer. Default: `interactive`. */
  readonly mayPrompt?: boolean | undefined;
  /** What its credentials are to STS, which lets some sessions do less than others. */
  readonly session?: SessionKind | undefined;
}

/**
 * The parts of a source's key, as they are now.
 *
 * @throws CredentialsConfigError when its function fails or answers no object: nobody may share an entry by accident.
 */
export function keyParts(source: CredentialSource): KeyParts {
  const parts = typeof source.key === "function" ? askForKey(source.key, source.name) : source.key;
  if (typeof parts !== "object" || parts === null || Array.isArray(parts)) {
    throw new CredentialsConfigError(
      `The \`key\` of ${source.name} must be an object that names every input; got ${kindOf(parts)}.`,
    );
  }
  return parts;
}

function askForKey(key: () => KeyParts, name: string): KeyParts {
  try {
    return key();
  } catch (cause) {
    if (isCredentialsError(cause)) {
      throw cause;
    }
    const said = cause instanceof Error ? `${cause.name}: ${cause.message}` : kindOf(cause);
    throw new CredentialsConfigError(`The \`key\` of ${name} failed with ${said}. Mend the function.`, { cause });
  }
}

/** Whether what a source would load now belongs to the entry of that key: the environment may have changed since. */
export function stillHasKey(source: CredentialSource, keyHash: string): boolean {
  try {
    return typeof source.key !== "function" || hashKey(keyParts(source)) === keyHash;
  } catch {
    return false;
  }
}
