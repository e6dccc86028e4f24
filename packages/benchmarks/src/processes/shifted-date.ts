/** A `Date` of this process that can be moved: the SDK takes no clock, so both sides get the same one this way. */
export interface ShiftedDate {
  advance(ms: number): void;
}

/** Puts a `Date` in place that runs at the speed of the real one, at a distance from it. */
export function installShiftedDate(): ShiftedDate {
  const RealDate = Date;
  let offsetMs = 0;

  class MovedDate extends RealDate {
    constructor(...args: readonly unknown[]) {
      super(...((args.length === 0 ? [RealDate.now() + offsetMs] : args) as [number]));
    }
    static override now(): number {
      return RealDate.now() + offsetMs;
    }
  }

  globalThis.Date = MovedDate as unknown as DateConstructor;
  return {
    advance: (ms) => {
      offsetMs += ms;
    },
  };
}
