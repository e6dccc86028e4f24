import type { Clock } from "evercred";

/** Real time, moved: timers run as they do, and `now()` may jump. */
export interface ShiftedClock extends Clock {
  shift(ms: number): void;
}

export function createShiftedClock(): ShiftedClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    schedule(callback, delayMs) {
      const timer = setTimeout(callback, delayMs);
      timer.unref();
      return { cancel: () => clearTimeout(timer), ref: () => void timer.ref(), unref: () => void timer.unref() };
    },
    shift: (ms) => {
      offset += ms;
    },
  };
}
