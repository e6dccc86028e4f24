import { type AwsEmulator, type AwsEmulatorOptions, startAwsEmulator } from "@evercred/testing";
import {
  type CredentialCache,
  type CredentialCacheOptions,
  type CredentialProvider,
  createCredentialCache,
  fromStatic,
} from "evercred";
import { onTestFinished } from "vitest";
import { createShiftedClock, type ShiftedClock } from "./shifted-clock.js";

export interface EmulatedAws {
  readonly emulator: AwsEmulator;
  /** Real time that a test can shift; the emulator follows it. */
  readonly clock: ShiftedClock;
  readonly cache: CredentialCache;
  /** The emulator's first user. */
  readonly user: CredentialProvider;
  /** Where providers find the emulator. */
  readonly at: { readonly endpoint: string; readonly cache: CredentialCache };
}

/** An emulator and a cache that share a clock and end with the test. */
export async function emulatedAws(
  options: AwsEmulatorOptions = {},
  cacheOptions: CredentialCacheOptions = {},
): Promise<EmulatedAws> {
  const clock = createShiftedClock();
  const emulator = await startAwsEmulator({ clock, ...options });
  const cache = createCredentialCache({ clock, random: () => 0, ...cacheOptions });
  onTestFinished(async () => {
    await cache[Symbol.asyncDispose]();
    await emulator.close();
  });
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = emulator.env;
  const user = fromStatic({ accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY });
  return { emulator, clock, cache, user, at: { endpoint: emulator.url, cache } };
}

/** The ARN of a role of the emulator's default account. */
export function roleArn(roleName: string): string {
  return `arn:aws:iam::123456789012:role/${roleName}`;
}
