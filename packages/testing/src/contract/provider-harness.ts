import type { CredentialProvider } from "evercred";

/**
 * A provider, and what the contract needs to know and to do about its source. Made anew for every test.
 *
 * @public
 */
export interface ProviderHarness {
  /** The provider; nobody has asked it yet. */
  readonly provider: CredentialProvider;
  /** How often its source was asked so far. Absent: the source is read at each call and caching is not held to it. */
  loads?(): number;
  /** From now on the source fails, in whatever way it fails. */
  breakSource?(): void;
  /** From now on the source works again. Needed where `breakSource` is there. */
  mendSource?(): void;
  /** Values that must not show anywhere, beside the credentials' own: codes, tokens, external ids. */
  readonly secrets?: readonly string[];
  /** Stops what was started. */
  close?(): Promise<void> | void;
}

/**
 * What is known of the provider beforehand.
 *
 * @public
 */
export interface ContractOptions {
  /** Names the suite. Default: `provider contract`. */
  readonly title?: string;
}
