import { createRequire } from "node:module";
import { S3Client } from "@aws-sdk/client-s3";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { startAwsEmulator } from "@evercred/testing";
import { createCredentialCache, fromAssumeRole } from "evercred";
import { tellResult } from "../processes/run-probe.js";
import type { Work } from "./time-awaits.js";

type Timer = (work: Work, rounds: number) => Promise<number>;

/** The part of the SDK's own cache that is used here: what every client wraps around a provider. */
interface SmithyCore {
  memoizeIdentityProvider(
    provider: Work,
    isExpired: (identity: { expiration?: Date }) => boolean,
    requiresRefresh: (identity: object) => boolean,
  ): Work;
}

/** Nanoseconds for one warm read, by subject; the subjects take turns in short batches. `warm-probe.js`. */
const BATCHES = 120;
const WARM_UP_BATCHES = 20;
const ROUNDS = 20_000;
const roleArn = "arn:aws:iam::123456789012:role/warm";

await using emulator = await startAwsEmulator({ roles: [{ roleName: "warm" }] });
Object.assign(process.env, emulator.env);
const ours = fromAssumeRole({ roleArn, cache: createCredentialCache() });
const theirs = fromTemporaryCredentials({ params: { RoleArn: roleArn } });
const client = (credentials: typeof theirs): S3Client =>
  new S3Client({ credentials, endpoint: emulator.url, region: "eu-central-1" });
const withOurs = client(ours).config;
const withTheirs = client(theirs).config;

const fromS3 = createRequire(createRequire(import.meta.url).resolve("@aws-sdk/client-s3"));
const { memoizeIdentityProvider } = fromS3("@smithy/core") as SmithyCore;
const windowMs = 300_000;
const memoizer = memoizeIdentityProvider(
  theirs,
  ({ expiration }) => expiration !== undefined && expiration.getTime() - Date.now() < windowMs,
  (identity) => "expiration" in identity,
);

const now = Date.now();
const clock = { now: () => now, schedule: () => ({ cancel() {}, ref() {}, unref() {} }) };
const still = fromAssumeRole({ roleArn, cache: createCredentialCache({ clock }) });
const answer = Promise.resolve({});

async function empty(): Promise<void> {}

const subjects: Readonly<Record<string, Work>> = {
  empty,
  evercredProvider: ours,
  evercredStill: still,
  dateNow: () => (Date.now() > 0 ? answer : empty()),
  sdkMemoizer: memoizer,
  evercredClient: () => withOurs.credentials(),
  sdkClient: () => withTheirs.credentials(),
};

const timers = new Map<string, Timer>();
for (const name of Object.keys(subjects)) {
  const copy = (await import(`./time-awaits.js?for=${name}`)) as { readonly timeAwaits: Timer };
  timers.set(name, copy.timeAwaits);
}

const found: Record<string, number[]> = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
const names = Object.keys(subjects);
for (let batch = -WARM_UP_BATCHES; batch < BATCHES; batch += 1) {
  // Another one begins each time, so that none always runs after the same other.
  const order = names.map((_, index) => names[(index + batch + WARM_UP_BATCHES) % names.length] ?? "");
  for (const name of order) {
    const ns = await timers.get(name)?.(subjects[name] ?? empty, ROUNDS);
    if (batch >= 0 && ns !== undefined) {
      found[name]?.push(ns);
    }
  }
}
tellResult({ found });
