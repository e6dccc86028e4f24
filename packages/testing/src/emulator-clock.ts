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

const systemTime: TimeSource = { now: () => Date.now() };

export function createEmulatorClock(source: TimeSource = systemTime): EmulatorClock {
  let offsetMs = 0;
  return {
    now: () => source.now() + offsetMs,
    advance(ms: number): void {
      offsetMs += finite(ms, "ms");
    },
    set(epochMs: number): void {
      offsetMs = finite(epochMs, "epochMs") - source.now();
    },
  };
}

function finite(value: number, name: string): number {
  if (!Number.isFinite(value)) throw new TypeError(`"${name}" must be a finite number of milliseconds`);
  return value;
}
