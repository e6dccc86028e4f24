import type { ScheduledCall } from "../clock.js";
import type { Credentials } from "../types.js";
import type { CachedSet, Failure } from "./cached-set.js";
import type { Flight } from "./flight.js";

/** One key's state. The only mutable record of the cache. */
export interface CacheEntry {
  readonly key: string;
  /** The source that owns the entry, for events. */
  readonly name: string;

  // The hot path reads these four and nothing else.
  /** The cached set as a promise that was resolved once: no allocation a call. */
  answer: Promise<Credentials> | undefined;
  /** From here… */
  validFrom: number;
  /** …until here the answer is given without a further look. */
  freshUntil: number;
  /** Somebody read it since the last load: worth keeping warm. */
  used: boolean;

  set: CachedSet | undefined;
  /** A service no longer takes the cached set. */
  rejected: boolean;
  failure: Failure | undefined;
  flight: Flight | undefined;
  /** A background refresh met a source that would prompt a person: only callers who wait may ask. */
  foregroundOnly: boolean;
  /** The longest life a fresh set had, while that is remembered: who asks for more is told at once. */
  shortfall: { readonly lifetimeMs: number; readonly at: number; readonly until: number } | undefined;
  evicted: boolean;
  /** The timer that keeps the entry warm. */
  warmUp: ScheduledCall | undefined;

  // The neighbours in order of use.
  newer: CacheEntry | undefined;
  older: CacheEntry | undefined;
}

/** An entry with nothing in it. */
export function createEntry(key: string, name: string): CacheEntry {
  return {
    key,
    name,
    answer: undefined,
    validFrom: Number.POSITIVE_INFINITY,
    freshUntil: Number.NEGATIVE_INFINITY,
    used: false,
    set: undefined,
    rejected: false,
    failure: undefined,
    flight: undefined,
    foregroundOnly: false,
    shortfall: undefined,
    evicted: false,
    warmUp: undefined,
    newer: undefined,
    older: undefined,
  };
}

/** Forgets everything an evicted entry holds, so that who still holds the entry gets nothing out of it. */
export function emptyEntry(entry: CacheEntry): void {
  entry.warmUp?.cancel();
  const { key, name, newer, older } = entry;
  Object.assign(entry, { ...createEntry(key, name), newer, older, evicted: true });
}
