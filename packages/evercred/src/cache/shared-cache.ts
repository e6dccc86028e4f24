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
