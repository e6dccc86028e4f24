import type { Clock } from "../clock.js";
import type { EntryTable } from "./entry-table.js";
import type { BackoffInput } from "./refresh-policy.js";

/** How one cache refreshes, every default filled in. */
export interface RefreshRules {
  readonly advisoryWindowMs: number | undefined;
  readonly mandatoryWindowMs: number | undefined;
  readonly backoffMs: (failure: BackoffInput) => number;
  readonly throwTerminal: boolean;
  readonly servePastExpiry: boolean;
  readonly loadTimeoutMs: number;
  readonly interactiveTimeoutMs: number;
  readonly keepWarm: boolean;
}

/** What {@link CacheStats} counts while the cache runs. */
export interface Counters {
  hits: number;
  misses: number;
  refreshes: number;
  failures: number;
  staleServed: number;
  coalesced: number;
}

/** What the parts of one cache share. */
export interface Engine {
  readonly clock: Clock;
  readonly random: () => number;
  readonly rules: RefreshRules;
  readonly table: EntryTable;
  readonly counters: Counters;
  disposed: boolean;
}
