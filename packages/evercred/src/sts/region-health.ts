import type { Clock } from "../clock.js";
import type { StsPlace } from "./sts-place.js";

/** How long another region is preferred after one has failed, until the first is tried again. */
export const PREFERENCE_MS = 300_000;

/** How long one call has to find out whether a region is well again, while the others stay away from it. */
const PROBE_MS = 10_000;

/** What is known of the regions by one clock. */
export interface RegionHealth {
  /** The places, those that are well first. The first whose time has come again is tried by this call alone. */
  inOrder<T extends StsPlace>(places: readonly T[]): readonly T[];
  failed(place: StsPlace): void;
  answered(place: StsPlace): void;
}

interface Absence {
  readonly since: number;
  readonly until: number;
}

const known = new WeakMap<Clock, Map<string, Absence>>();

/**
 * One a clock, and so one a process: what one provider learned the others need not learn again.
 *
 * @param settings - What else decides whether a region is reached.
 */
export function regionHealth(clock: Clock, settings: string): RegionHealth {
  const absent = known.get(clock) ?? new Map<string, Absence>();
  known.set(clock, absent);
  const nameOf = (place: StsPlace): string => JSON.stringify([place, settings]);

  /** An absence "from the future" was seen before the clock stepped back: it holds nobody up. */
  const isAbsent = (place: StsPlace, now: number): boolean => {
    const absence = absent.get(nameOf(place));
    return absence !== undefined && absence.since <= now && now < absence.until;
  };

  return {
    inOrder(places) {
      if (absent.size === 0 || places.length === 1) {
        return places;
      }
      const now = clock.now();
      const sorted = [...places].sort((one, other) => Number(isAbsent(one, now)) - Number(isAbsent(other, now)));
      const [first] = sorted;
      if (first !== undefined && absent.has(nameOf(first))) {
        absent.set(nameOf(first), { since: now, until: now + PROBE_MS });
      }
      return sorted;
    },
    failed(place) {
      const now = clock.now();
      absent.set(nameOf(place), { since: now, until: now + PREFERENCE_MS });
    },
    answered(place) {
      absent.delete(nameOf(place));
    },
  };
}
