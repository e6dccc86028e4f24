import type { CacheEntry } from "./cache-entry.js";
import type { Engine } from "./engine.js";

/**
 * Refreshes a hot entry from a timer, where the cache was made with `keepWarm`. The timer is never needed: whoever
 * reads the entry refreshes it too. An entry that nobody read since its last load goes cold.
 */
export function scheduleWarmUp(engine: Engine, entry: CacheEntry, refresh: () => void): void {
  entry.warmUp?.cancel();
  entry.warmUp = undefined;
  const dueAt = Math.max(entry.set?.refreshAt ?? Number.POSITIVE_INFINITY, entry.failure?.retryAt ?? 0);
  if (!engine.rules.keepWarm || engine.disposed || entry.foregroundOnly || dueAt === Number.POSITIVE_INFINITY) {
    return;
  }
  entry.warmUp = engine.clock.schedule(() => {
    entry.warmUp = undefined;
    if (engine.clock.now() < dueAt) {
      scheduleWarmUp(engine, entry, refresh);
    } else if (entry.used && entry.flight === undefined && !entry.evicted) {
      refresh();
    }
  }, dueAt - engine.clock.now());
}
