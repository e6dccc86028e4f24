import type { CredentialSource } from "../types.js";

/** A source as a cache binds it: what it says of itself to providers that sign with it comes along. */
export interface BoundSource extends CredentialSource {
  /** Asking it may prompt a person through its signer. Default: `interactive`. */
  readonly mayPrompt?: boolean | undefined;
  /** What its credentials are to STS, which lets some sessions do less than others. */
  readonly session?: "role" | undefined;
}
