import type { CredentialsError } from "../errors.js";
import type { CredentialDetails, Credentials } from "../types.js";
import type { Deadlines } from "./refresh-policy.js";

/** A set that arrived, with everything that was decided about it then. */
export interface CachedSet extends Deadlines {
  readonly credentials: Credentials;
  readonly origin: readonly string[];
  readonly details: CredentialDetails | undefined;
}

/** The last failure, until a success clears it. */
export interface Failure {
  readonly error: CredentialsError;
  /** Repeating the call cannot help. */
  readonly terminal: boolean;
  /** How many loads have failed in a row. */
  readonly attempt: number;
  readonly at: number;
  /** The source is left alone until then, as long as something can be served. */
  readonly retryAt: number;
  /** Callers who would fail get this error until then, without asking. */
  readonly rememberUntil: number;
}
