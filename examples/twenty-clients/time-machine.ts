const RealDate = globalThis.Date;
let offsetMs = 0;

class MovedDate extends RealDate {
  constructor(...parts: readonly unknown[]) {
    super(...((parts.length === 0 ? [MovedDate.now()] : parts) as [number]));
  }
  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}

/** Moves the time of this whole process, so that Evercred, the AWS SDK and the emulator all believe the same. */
export function travel(minutes: number): void {
  offsetMs += minutes * 60_000;
  globalThis.Date = MovedDate as DateConstructor;
}
