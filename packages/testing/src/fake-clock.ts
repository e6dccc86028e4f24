import type { Clock } from "evercred";
import { numberOf } from "./checks/value-checks.js";

/**
 * A clock that only a test moves.
 *
 * @public
 */
export interface FakeClock extends Clock {
  /** Calls that are scheduled and neither ran nor were cancelled. */
  readonly pending: number;
  /**
   * Lets time pass: the wall clock moves, and every scheduled call that falls due runs at its own moment, with promise
   * reactions run in between.
   *
   * @param ms - Milliseconds, 0 or more. Rejects with `TypeError` when it is anything else.
   */
  advance(ms: number): Promise<void>;
  /**
   * Freezes the process, as Lambda or a closed laptop does: the wall clock moves and nothing runs. What fell due runs,
   * late, at the next {@link FakeClock.advance}.
   *
   * @param ms - Milliseconds, 0 or more.
   * @throws {TypeError} when it is anything else.
   */
  suspend(ms: number): void;
  /**
   * Sets the wall clock, forwards or backwards, as a time server does. Scheduled calls stay where they are: they run by
   * time that passes.
   *
   * @param ms - Milliseconds to add, of either sign.
   * @throws {TypeError} when it is no finite number.
   */
  step(ms: number): void;
}

const instant = numberOf({ unit: "of epoch milliseconds" });
const duration = numberOf({ min: 0, unit: "of milliseconds" });
const shift = numberOf({ unit: "of milliseconds" });

interface Pending {
  readonly callback: () => void;
  readonly dueAt: number;
}

/**
 * Makes a clock for `createCredentialCache({ clock })` that stands still until a test moves it.
 *
 * @param startAt - The first `now()`, in epoch milliseconds. Default: 2026-01-01T00:00:00Z.
 * @throws {TypeError} when `startAt` is no finite number.
 * @public
 */
export function createFakeClock(startAt: number = Date.UTC(2026, 0, 1)): FakeClock {
  // A clock at NaN would make no comparison true: nothing would ever expire, and tests would pass.
  instant("startAt", startAt);
  const pending = new Set<Pending>();
  /** Time that passed, as a monotonic clock counts it. */
  let elapsed = 0;
  /** Wall clock minus elapsed time. */
  let offset = startAt;

  function nextDue(until: number): Pending | undefined {
    const due = [...pending].filter((call) => call.dueAt <= until);
    return due.sort((one, other) => one.dueAt - other.dueAt)[0];
  }

  async function advance(ms: number): Promise<void> {
    duration("ms", ms);
    const until = elapsed + ms;
    await settle();
    for (let call = nextDue(until); call !== undefined; call = nextDue(until)) {
      pending.delete(call);
      elapsed = Math.max(elapsed, call.dueAt);
      call.callback();
      await settle();
    }
    elapsed = until;
    await settle();
  }

  return {
    now: () => offset + elapsed,
    schedule(callback, delayMs) {
      const call = { callback, dueAt: elapsed + Math.max(0, delayMs) };
      pending.add(call);
      return { cancel: () => void pending.delete(call), ref() {}, unref() {} };
    },
    get pending() {
      return pending.size;
    },
    advance,
    suspend: (ms) => {
      duration("ms", ms);
      elapsed += ms;
    },
    step: (ms) => {
      shift("ms", ms);
      offset += ms;
    },
  };
}

/** Lets every promise that is settled already run its reactions, however long their chain. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
