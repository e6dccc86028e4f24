import type { AwsEmulatorOptions } from "./aws-emulator.js";
import { defaultRegions } from "./default-regions.js";
import { createEmulatorClock, type EmulatorClock } from "./emulator-clock.js";
import { createFaults, type Faults } from "./faults/faults.js";
import { createDirectory, type Directory } from "./identity/directory.js";
import { createMfaDevices, type MfaDevices } from "./identity/mfa-devices.js";
import { createSessions, type Sessions } from "./identity/sessions.js";
import { createRecorder, type Recorder } from "./record/recorder.js";
import { type Buckets, createBuckets } from "./s3/buckets.js";
import { createOutboundIssuer, type OutboundIssuer } from "./sts/outbound-issuer.js";

/** Everything one emulator remembers. */
export interface EmulatorState {
  readonly clock: EmulatorClock;
  /** Every region a credential scope may name. */
  readonly regions: ReadonlySet<string>;
  readonly disabledRegions: ReadonlySet<string>;
  readonly optInRegions: ReadonlySet<string>;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly mfaDevices: MfaDevices;
  readonly outboundIssuer: OutboundIssuer;
  readonly buckets: Buckets;
  readonly faults: Faults;
  readonly recorder: Recorder;
}

/** @param url - Answers the emulator's URL, from the moment it is known. */
export function createEmulatorState(options: AwsEmulatorOptions, url: () => string): EmulatorState {
  const clock = createEmulatorClock(options.clock);
  const { regions = defaultRegions, disabledRegions = [], optInRegions = [] } = options;
  const mfaDevices = createMfaDevices(clock);
  return {
    clock,
    regions: new Set([...regions, ...optInRegions, ...disabledRegions]),
    disabledRegions: new Set(disabledRegions),
    optInRegions: new Set(optInRegions),
    directory: createDirectory(mfaDevices),
    sessions: createSessions(clock),
    mfaDevices,
    outboundIssuer: createOutboundIssuer(options.outboundWebIdentityFederation ?? true, url),
    buckets: createBuckets(),
    faults: createFaults(clock),
    recorder: createRecorder(),
  };
}
