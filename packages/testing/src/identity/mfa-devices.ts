import { Secret, TOTP } from "otpauth";
import type { TimeSource } from "../emulator-clock.js";
import { constantTimeEqual } from "../sigv4/constant-time-equal.js";

/**
 * The virtual MFA devices of one emulator: RFC 6238 with SHA-1, six digits and steps of 30 seconds, as IAM's are.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_enable_virtual.html
 */
export interface MfaDevices {
  /** Adds a device with a seed in base32, by default a random one; a device that is there already keeps its own. */
  add(serialNumber: string, seed?: string): void;
  serialNumbers(): readonly string[];
  seed(serialNumber: string): string | undefined;
  /** A code that was neither issued nor used before: of this step, or of the first step after it that is left. */
  issue(serialNumber: string): string | undefined;
  /** Whether the code is one the device shows now, a step ago or in a step, or was issued; and was not used. Uses it up. */
  redeem(serialNumber: string, code: string): boolean;
}

interface Device {
  readonly seed: string;
  readonly codeOf: (step: number) => string;
  /** Steps whose code was issued ahead of their time. */
  readonly issued: Set<number>;
  readonly used: Set<number>;
}

const stepMs = 30_000;
/** How many steps either way IAM takes a code for, so that device and service need not agree to the second. */
const drift = 1;

export function createMfaDevices(clock: TimeSource): MfaDevices {
  const devices = new Map<string, Device>();
  const currentStep = (): number => Math.floor(clock.now() / stepMs);
  return {
    add(serialNumber, seed): void {
      if (!devices.has(serialNumber)) devices.set(serialNumber, createDevice(seed ?? new Secret().base32));
    },
    serialNumbers: () => [...devices.keys()],
    seed: (serialNumber) => devices.get(serialNumber)?.seed,
    issue(serialNumber): string | undefined {
      const device = devices.get(serialNumber);
      if (device === undefined) return undefined;
      let step = currentStep();
      while (device.issued.has(step) || device.used.has(step)) step += 1;
      device.issued.add(step);
      return device.codeOf(step);
    },
    redeem(serialNumber, code): boolean {
      const device = devices.get(serialNumber);
      if (device === undefined) return false;
      const step = acceptedSteps(device, currentStep()).find((one) => constantTimeEqual(device.codeOf(one), code));
      if (step === undefined) return false;
      device.used.add(step);
      return true;
    },
  };
}

function createDevice(seed: string): Device {
  const totp = new TOTP({ secret: Secret.fromBase32(seed), algorithm: "SHA1", digits: 6, period: stepMs / 1000 });
  return {
    seed,
    codeOf: (step) => totp.generate({ timestamp: step * stepMs }),
    issued: new Set(),
    used: new Set(),
  };
}

/** The steps whose codes are good now. One that was issued ahead is good from then until its own time is over. */
function acceptedSteps({ issued, used }: Device, now: number): readonly number[] {
  const near = Array.from({ length: 2 * drift + 1 }, (_, at) => now - drift + at);
  const ahead = [...issued].filter((step) => step > now + drift);
  return [...near, ...ahead].filter((step) => step >= 0 && !used.has(step));
}
