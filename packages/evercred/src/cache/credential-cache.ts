import { CredentialsConfigError } from "../errors.js";
import type { CredentialProvider, CredentialSource } from "../types.js";
import { type CredentialCacheOptions, requireLoadTimeout, resolveCacheOptions } from "./cache-options.js";
import type { Engine } from "./engine.js";
import { createEntryTable } from "./entry-table.js";
import { requireBoolean } from "./option-checks.js";
import { createProvider } from "./provider.js";

/**
 * What a cache has done since it was made.
 *
 * @public
 */
export interface CacheStats {
  /** Calls that were answered at once. */
  readonly hits: number;
  /** Calls that waited for a load. */
  readonly misses: number;
  /** Loads that brought credentials. */
  readonly refreshes: number;
  /** Loads that failed. */
  readonly failures: number;
  /** Calls that got credentials past their expiration, because their source fails. */
  readonly staleServed: number;
  /** Waits that shared a load somebody else had started. */
  readonly coalesced: number;
  /** Entries that had to go because of `maxEntries`. */
  readonly evictions: number;
  /** Entries held now. */
  readonly entries: number;
}

/**
 * Decides when a source is asked, and keeps what it answered.
 *
 * @public
 */
export interface CredentialCache {
  /**
   * Binds a source: what comes back is what an SDK client takes as `credentials`.
   *
   * @throws {@link CredentialsConfigError} when the source has no `name`, `key` or `load`.
   */
  provider(source: CredentialSource): CredentialProvider;
  /** Counts since the cache was made. */
  stats(): CacheStats;
  /** Forgets everything. Loads under way are abandoned, and whoever waits for one asks again. */
  clear(): void;
  /** Forgets everything and stops every timer. Its providers fail from then on. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a cache of its own. Most programs use the one of the process, {@link sharedCache}.
 *
 * @throws {@link CredentialsConfigError} naming the option that is wrong.
 * @public
 */
export function createCredentialCache(options: CredentialCacheOptions = {}): CredentialCache {
  const { maxEntries, clock, random, rules } = resolveCacheOptions(options);
  const counters = { hits: 0, misses: 0, refreshes: 0, failures: 0, staleServed: 0, coalesced: 0 };
  const engine: Engine = { clock, random, rules, counters, table: createEntryTable(maxEntries), disposed: false };
  return {
    provider: (source) => createProvider(engine, checkSource(source)),
    stats: () => ({ ...counters, evictions: engine.table.evictions, entries: engine.table.size }),
    clear: () => engine.table.clear(),
    [Symbol.asyncDispose]: async () => {
      engine.disposed = true;
      engine.table.clear();
    },
  };
}

function checkSource(source: CredentialSource): CredentialSource {
  const { name, key, load } = (source ?? {}) as Partial<CredentialSource>;
  const keyIsFine = typeof key === "function" || (typeof key === "object" && key !== null);
  if (typeof name !== "string" || name === "" || !keyIsFine || typeof load !== "function") {
    throw new CredentialsConfigError(
      "A source must have `name` (a string), `key` (an object that names every input, or a function that answers one) " +
        "and `load` (a function that answers credentials).",
    );
  }
  requireLoadTimeout("loadTimeoutMs", source.loadTimeoutMs);
  requireBoolean("staticStability", source.staticStability ?? false);
  requireBoolean("interactive", source.interactive ?? false);
  return source;
}
