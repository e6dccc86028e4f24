import { CredentialsConfigError } from "../errors.js";
import { type CredentialCache, createCredentialCache } from "./credential-cache.js";

const SHARED = Symbol.for("evercred.sharedCache.v1");

/**
 * The cache every provider uses unless it is given another: one per process, also when two copies of the package are
 * loaded. A cache that was disposed is replaced at the next call.
 *
 * @public
 */
export function sharedCache(): CredentialCache {
  const holder = globalThis as { [SHARED]?: CredentialCache };
  holder[SHARED] ??= createShared(() => {
    delete holder[SHARED];
  });
  return holder[SHARED];
}

function createShared(forget: () => void): CredentialCache {
  const cache = createCredentialCache();
  return Object.freeze({
    ...cache,
    [Symbol.asyncDispose]: async () => {
      forget();
      await cache[Symbol.asyncDispose]();
    },
  });
}

/**
 * The option `cache`, or the cache of the process.
 *
 * @throws {@link CredentialsConfigError}
 * @internal
 */
export function cacheOrShared(cache: CredentialCache | undefined): CredentialCache {
  if (cache !== undefined && typeof cache?.provider !== "function") {
    throw new CredentialsConfigError("`cache` must be a cache that createCredentialCache() or sharedCache() made.");
  }
  return cache ?? sharedCache();
}
