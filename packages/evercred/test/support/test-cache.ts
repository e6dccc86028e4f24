import { createFakeClock, type FakeClock } from "@evercred/testing";
import { type CredentialCache, type CredentialCacheOptions, createCredentialCache } from "../../src/index.js";

/** A cache whose time and whose dice are the test's: random is 0, the earliest moment of every range. */
export function testCache(options: CredentialCacheOptions = {}): {
  readonly cache: CredentialCache;
  readonly clock: FakeClock;
} {
  const clock = createFakeClock();
  return { clock, cache: createCredentialCache({ clock, random: () => 0, ...options }) };
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
