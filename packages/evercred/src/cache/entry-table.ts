import { publish } from "../diagnostics.js";
import { type CacheEntry, createEntry, emptyEntry } from "./cache-entry.js";
import { createRecencyList } from "./recency-list.js";

/** How many entries one call looks at: with thousands of loads under way, looking at all would take long. */
const MOST_LOOKED_AT = 64;

/** Entries by key, bounded: the least recently used one goes first. */
export interface EntryTable {
  readonly size: number;
  readonly evictions: number;
  /** The entry of a key, made when there is none. */
  acquire(key: string, name: string): CacheEntry;
  /** The entry of a key, where there is one. Does not count as use. */
  peek(key: string): CacheEntry | undefined;
  /** Marks an entry as the one used last. Constant time, no allocation. */
  touch(entry: CacheEntry): void;
  /** Brings the table back to its bound. */
  trim(): void;
  /** Takes every entry out, forgets what it held, and abandons its load: whoever waits for it asks again. */
  clear(): void;
}

/**
 * A table of at most `maxEntries`. Entries whose load is under way stay until it ends, so that one key never has two
 * loads: the table may be larger by that many for a while.
 */
export function createEntryTable(maxEntries: number): EntryTable {
  const entries = new Map<string, CacheEntry>();
  const order = createRecencyList();
  let evictions = 0;

  function remove(entry: CacheEntry): void {
    const { flight } = entry;
    if (entry.evicted) {
      // A listener of the eviction asked for an entry, and that made room already.
      return;
    }
    entries.delete(entry.key);
    order.remove(entry);
    emptyEntry(entry);
    flight?.abandon();
  }

  function trim(): void {
    const spared = order.newest;
    for (let looked = 0; entries.size > maxEntries && looked < MOST_LOOKED_AT; looked += 1) {
      const candidate = order.oldest;
      if (candidate === undefined || candidate === spared) {
        return;
      }
      if (candidate.flight === undefined) {
        publishEviction(candidate);
        remove(candidate);
        evictions += 1;
      } else {
        touch(candidate);
      }
    }
  }

  function touch(entry: CacheEntry): void {
    if (entry !== order.newest && !entry.evicted) {
      order.remove(entry);
      order.add(entry);
    }
  }

  function acquire(key: string, name: string): CacheEntry {
    const known = entries.get(key);
    if (known !== undefined) {
      touch(known);
      return known;
    }
    const entry = createEntry(key, name);
    entries.set(key, entry);
    order.add(entry);
    trim();
    return entry;
  }

  return {
    get size() {
      return entries.size;
    },
    get evictions() {
      return evictions;
    },
    acquire,
    peek: (key) => entries.get(key),
    touch,
    trim,
    clear: () => [...entries.values()].forEach(remove),
  };
}

function publishEviction(entry: CacheEntry): void {
  publish("evict", () => ({ name: entry.name, key: entry.key, accessKeyId: entry.set?.credentials.accessKeyId }));
}
