import type { AwsEmulatorOptions } from "./aws-emulator.js";
import { defaultRegions } from "./default-regions.js";
import { createEmulatorClock, type EmulatorClock } from "./emulator-clock.js";
import { createFaults, type Faults } from "./faults/faults.js";
import { createDirectory, type Directory } from "./identity/directory.js";
import { createMfaCodes, type MfaCodes } from "./identity/mfa-codes.js";
import { createSessions, type Sessions } from "./identity/sessions.js";
import { createRecorder, type Recorder } from "./record/recorder.js";
import { type Buckets, createBuckets } from "./s3/buckets.js";

/** Everything one emulator remembers. */
export interface EmulatorState {
  readonly clock: EmulatorClock;
  readonly regions: ReadonlySet<string>;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly mfaCodes: MfaCodes;
  readonly buckets: Buckets;
  readonly faults: Faults;
  readonly recorder: Recorder;
}

export function createEmulatorState(options: AwsEmulatorOptions): EmulatorState {
  const clock = createEmulatorClock(options.clock);
  return {
    clock,
    regions: new Set(options.regions ?? defaultRegions),
    directory: createDirectory(),
    sessions: createSessions(clock),
    mfaCodes: createMfaCodes(),
    buckets: createBuckets(),
    faults: createFaults(clock),
    recorder: createRecorder(),
  };
}
