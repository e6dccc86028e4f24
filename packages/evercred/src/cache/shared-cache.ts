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
  holder[SHARED] ??= createShared((disposed) => {
    if (holder[SHARED] === disposed) {
      delete holder[SHARED];
    }
  });
  return holder[SHARED];
}

function createShared(forget: (disposed: CredentialCache) => void): CredentialCache {
  const cache = createCredentialCache();
  const shared: CredentialCache = Object.freeze({
    ...cache,
    [Symbol.asyncDispose]: async () => {
      forget(shared);
      await cache[Symbol.asyncDispose]();
    },
  });
  return shared;
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
