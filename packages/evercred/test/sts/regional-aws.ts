import {
  type AwsEmulator,
  type AwsEmulatorOptions,
  createFakeClock,
  type FakeClock,
  startAwsEmulator,
} from "@evercred/testing";
import {
  type AssumeRoleOptions,
  type CredentialCache,
  type CredentialProvider,
  createCredentialCache,
  fromAssumeRole,
  fromStatic,
} from "evercred";
import { onTestFinished } from "vitest";
import { roleArn } from "../support/emulated-aws.js";

/** The regions of these tests, in the order in which they are asked. */
export const FIRST = "eu-central-1";
export const SECOND = "eu-west-1";

export const MFA_DEVICE = "arn:aws:iam::123456789012:mfa/demo";

/** An emulator whose regions have ports of their own, and whose time stands still until the test moves it. */
export interface RegionalAws {
  readonly emulator: AwsEmulator;
  readonly clock: FakeClock;
  readonly cache: CredentialCache;
  readonly user: CredentialProvider;
  /** The two regions, for `stsRegions`. */
  readonly stsRegions: readonly [{ region: string; endpoint: string }, { region: string; endpoint: string }];
  /** A role that both regions are asked for; with another name, another entry. */
  reader(options?: Partial<AssumeRoleOptions>): CredentialProvider;
  /** How many requests came to each region. */
  arrived(): { readonly first: number; readonly second: number };
}

export async function regionalAws(options: AwsEmulatorOptions = {}): Promise<RegionalAws> {
  const clock = createFakeClock();
  const emulator = await startAwsEmulator({
    clock,
    users: [{ userName: "demo", mfaSerialNumbers: [MFA_DEVICE] }],
    roles: [{ roleName: "reader" }],
    ...options,
  });
  const cache = createCredentialCache({ clock, random: () => 0 });
  onTestFinished(async () => {
    await cache[Symbol.asyncDispose]();
    await emulator.close();
  });
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = emulator.env;
  const user = fromStatic({ accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY });
  const [first, second] = await Promise.all([FIRST, SECOND].map((region) => emulator.regionUrl(region)));
  const stsRegions = [
    { region: FIRST, endpoint: first ?? "" },
    { region: SECOND, endpoint: second ?? "" },
  ] as const;
  const inRegion = (region: string): number => emulator.requests.filter((one) => one.region === region).length;
  return {
    emulator,
    clock,
    cache,
    user,
    stsRegions,
    reader: (more) => fromAssumeRole({ roleArn: roleArn("reader"), source: user, cache, stsRegions, ...more }),
    arrived: () => ({ first: inRegion(FIRST), second: inRegion(SECOND) }),
  };
}

/** Lets the pauses of a call pass, none of which takes time here, until it ends. Answers its value or its error. */
export async function ended<T>(call: Promise<T>, clock: FakeClock): Promise<T | Error> {
  let outcome: { readonly is: T | Error } | undefined;
  call.then(
    (is) => {
      outcome = { is };
    },
    (is: Error) => {
      outcome = { is };
    },
  );
  await turn(clock, () => outcome !== undefined);
  return (outcome as unknown as { readonly is: T | Error }).is;
}

/** Lets everything that is due run, and sockets be read, until something is so. No time passes by the clock. */
export async function turn(clock: FakeClock, until: () => boolean): Promise<void> {
  const test = { isOver: false };
  onTestFinished(() => {
    test.isOver = true;
  });
  while (!until()) {
    if (test.isOver) {
      throw new Error("The test ended before what it waited for");
    }
    await clock.advance(0);
  }
}

/** Counts requests as a fault meets them, and waits until there are so many. */
export function arrivals(clock: FakeClock) {
  let count = 0;
  return {
    note: (): boolean => {
      count += 1;
      return true;
    },
    reached: (expected: number): Promise<void> => turn(clock, () => count >= expected),
  };
}
