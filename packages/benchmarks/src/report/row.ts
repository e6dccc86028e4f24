import type { Spread } from "./spread.js";

/** One line of a case: what was looked at, on both sides, and what it has to reach. */
export interface Row {
  readonly what: string;
  /** `undefined`: this side has no such thing. */
  readonly evercred: number | undefined;
  readonly sdk: number | undefined;
  readonly unit: string;
  /** Of the pairs that were measured one after the other. Absent: counts, whose ratio says nothing. */
  readonly ratio?: Spread;
  /** What must be reached, in words. Absent: for information. */
  readonly mustReach?: string;
  /** Whether it was. Absent where nothing must be reached. */
  readonly reached?: boolean;
  /** A count, which ends the run with an error when it is missed. A timing never does. */
  readonly counted: boolean;
}

/** What one case found. */
export interface CaseReport {
  readonly name: string;
  readonly title: string;
  /** How it was measured, where that is not plain from the rows. */
  readonly notes: readonly string[];
  readonly rows: readonly Row[];
}

/** A count that has to be met exactly. */
export function countRow(what: string, counts: { evercred: number; sdk: number; must: number; unit: string }): Row {
  const { evercred, sdk, must, unit } = counts;
  return { what, evercred, sdk, unit, mustReach: String(must), reached: evercred === must, counted: true };
}

/** A ratio of two timings or sizes, with a bound on its median. */
export function ratioRow(
  what: string,
  found: { evercred: number; sdk: number; unit: string; ratio: Spread; atMost?: number; counted?: boolean },
): Row {
  const { evercred, sdk, unit, ratio, atMost, counted = false } = found;
  const bound = atMost === undefined ? {} : { mustReach: `≤ ${atMost}`, reached: ratio.median <= atMost };
  return { what, evercred, sdk, unit, ratio, ...bound, counted };
}

/** What is told without having to reach anything. */
export function plainRow(what: string, found: { evercred?: number; sdk?: number; unit: string }): Row {
  return { what, evercred: found.evercred, sdk: found.sdk, unit: found.unit, counted: false };
}
