import { keyParts } from "../cache/bound-source.js";
import type { CredentialCache } from "../cache/credential-cache.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import { CredentialsConfigError } from "../errors.js";
import type { CredentialProvider, CredentialSource, KeyParts, LoadContext } from "../types.js";
import { type AccountOptions, guardAccounts, readAllowedAccounts } from "./allowed-accounts.js";

/**
 * A source of your own, and the cache to bind it to.
 *
 * @public
 */
export interface SourceOptions extends CredentialSource, AccountOptions {
  /** Default: {@link sharedCache}. */
  readonly cache?: CredentialCache | undefined;
}

/**
 * Makes a provider of a source of your own: `load` says how to obtain credentials once, and the cache does the rest.
 * Two of them share an entry when `name` and `key` are equal.
 *
 * @throws {@link CredentialsConfigError} when `name`, `key` or `load` is missing.
 * @public
 */
export function fromSource(options: SourceOptions): CredentialProvider {
  if (typeof options !== "object" || options === null || !options.key || typeof options.load !== "function") {
    throw new CredentialsConfigError(
      "fromSource takes an object with `name` (a string), `key` (an object that names every input, or a function that " +
        "answers one) and `load` (a function that answers credentials).",
    );
  }
  const { name, key } = options;
  const cache = cacheOrShared(options.cache);
  // Under its name, so that a source of another author with the same key is another source.
  const named = (): KeyParts => ({ source: name, key: keyParts(options) });
  const source = {
    name,
    key: typeof key === "function" ? named : named(),
    load: (context: LoadContext) => options.load(context),
    staticStability: options.staticStability,
    interactive: options.interactive,
    loadTimeoutMs: options.loadTimeoutMs,
  };
  return cache.provider(guardAccounts(source, readAllowedAccounts(options)));
}
