import { type CredentialProvider, fromMfaSession, type MfaSessionOptions } from "evercred";
import { vi } from "vitest";
import { type EmulatedAws, emulatedAws } from "../support/emulated-aws.js";

export const DEVICE = "arn:aws:iam::123456789012:mfa/demo";

export interface AwsWithMfa extends EmulatedAws {
  /** Shows a code, each time another one. */
  readonly tokenCode: ReturnType<typeof vi.fn<(serialNumber: string) => string | Promise<string>>>;
  /** How often somebody was asked for a code. */
  readonly prompts: () => number;
  /** A session with MFA, each time by a provider of its own. */
  readonly session: (options?: Partial<MfaSessionOptions>) => CredentialProvider;
}

/** An emulator whose user has an MFA device, with the roles `leaf-0` to `leaf-9` that ask for MFA. */
export async function awsWithMfa(options: Parameters<typeof emulatedAws>[0] = {}): Promise<AwsWithMfa> {
  const aws = await emulatedAws({
    users: [{ userName: "demo", mfaSerialNumbers: [DEVICE] }],
    roles: Array.from({ length: 10 }, (_, index) => ({ roleName: `leaf-${index}`, trust: { requireMfa: true } })),
    buckets: ["photos"],
    ...options,
  });
  const tokenCode = vi.fn((serialNumber: string): string | Promise<string> => aws.emulator.mfaCode(serialNumber));
  const base = { ...aws.at, source: aws.user, serialNumber: DEVICE, tokenCode };
  return {
    ...aws,
    tokenCode,
    prompts: () => tokenCode.mock.calls.length,
    session: (options = {}) => fromMfaSession({ ...base, ...options }),
  };
}
