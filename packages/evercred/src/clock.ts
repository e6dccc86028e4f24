/**
 * A call that was put off.
 *
 * @public
 */
export interface ScheduledCall {
  /** Takes the call back. Does nothing once it has run. */
  cancel(): void;
  /** Lets the pending call keep the process alive. */
  ref(): void;
  /** Stops the pending call from keeping the process alive. */
  unref(): void;
}

/**
 * Where a cache reads the time. Decisions are made by `now()` at use; scheduled calls only hurry things up.
 *
 * @public
 */
export interface Clock {
  /** The wall clock, in epoch milliseconds. It may step in both directions. */
  now(): number;
  /** Runs `callback` once, `delayMs` milliseconds from now or later. The call does not keep the process alive. */
  schedule(callback: () => void, delayMs: number): ScheduledCall;
}

/** The longest delay Node takes; what is due later runs early and must look at the clock again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The clock of the machine.
 *
 * @internal
 */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
    timer.unref();
    return {
      cancel: () => clearTimeout(timer),
      ref: () => void timer.ref(),
      unref: () => void timer.unref(),
    };
  },
};
