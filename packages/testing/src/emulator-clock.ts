import { numberOf } from "./checks/value-checks.js";

/** Anything that tells the time, in milliseconds since the epoch. */
export interface TimeSource {
  now(): number;
}

/** The emulator's own time: it follows a source, and a test moves it without touching that source. */
export interface EmulatorClock extends TimeSource {
  /** The emulator's time, in milliseconds since the epoch. */
  now(): number;
  /** Moves the emulator's time by `ms` milliseconds (negative: back). It goes on from there. */
  advance(ms: number): void;
  /** Sets the emulator's time, in milliseconds since the epoch. It goes on from there. */
  set(epochMs: number): void;
}

const finite = numberOf({ unit: "of milliseconds" });

const systemTime: TimeSource = { now: () => Date.now() };

export function createEmulatorClock(source: TimeSource = systemTime): EmulatorClock {
  let offsetMs = 0;
  return {
    now: () => source.now() + offsetMs,
    advance(ms: number): void {
      finite("ms", ms);
      offsetMs += ms;
    },
    set(epochMs: number): void {
      finite("epochMs", epochMs);
      offsetMs = epochMs - source.now();
    },
  };
}
