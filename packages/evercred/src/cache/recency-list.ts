import type { CacheEntry } from "./cache-entry.js";

/** Entries in order of use. Every step takes constant time and allocates nothing. */
export interface RecencyList {
  readonly newest: CacheEntry | undefined;
  readonly oldest: CacheEntry | undefined;
  add(entry: CacheEntry): void;
  remove(entry: CacheEntry): void;
}

/** An empty list; its links live in the entries. */
export function createRecencyList(): RecencyList {
  let newest: CacheEntry | undefined;
  let oldest: CacheEntry | undefined;

  return {
    get newest() {
      return newest;
    },
    get oldest() {
      return oldest;
    },
    add(entry) {
      entry.older = newest;
      if (newest === undefined) {
        oldest = entry;
      } else {
        newest.newer = entry;
      }
      newest = entry;
    },
    remove(entry) {
      if (entry.newer === undefined) {
        newest = entry.older;
      } else {
        entry.newer.older = entry.older;
      }
      if (entry.older === undefined) {
        oldest = entry.newer;
      } else {
        entry.older.newer = entry.newer;
      }
      entry.newer = undefined;
      entry.older = undefined;
    },
  };
}
