import type { Clock } from "evercred";

/** The machine's time on a clock of its own: which regions are down is remembered for each clock. */
export function freshClock(): Clock {
  return {
    now: () => Date.now(),
    schedule(callback, delayMs) {
      const timer = setTimeout(callback, delayMs);
      timer.unref();
      return { cancel: () => clearTimeout(timer), ref: () => void timer.ref(), unref: () => void timer.unref() };
    },
  };
}
