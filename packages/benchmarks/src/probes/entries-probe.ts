import { randomBytes } from "node:crypto";
import { type CredentialCache, type CredentialProvider, createCredentialCache } from "evercred";
import { tellResult } from "../processes/run-probe.js";
import type { Work } from "./time-awaits.js";

/** What {@link tellResult} carries. */
export interface EntriesReport {
  /** Bytes of one set that is held bare in an array. */
  readonly bareBytes: number;
  /** Bytes of one entry beyond that, its provider dropped and held. */
  readonly entryBytes: number;
  readonly entryAndProviderBytes: number;
  /** Nanoseconds for one read, by batch: the one entry there is, one of all, all of them in turn. */
  readonly readOne: readonly number[];
  readonly readOneOfMany: readonly number[];
  readonly readEach: readonly number[];
  /** The same order over an array of the same promises, without a cache. */
  readonly readBareEach: readonly number[];
}

type Timer = (work: Work, rounds: number) => Promise<number>;

/** What 100,000 entries cost. `node --expose-gc entries-probe.js`. */
const ENTRIES = 100_000;
const BATCHES = 60;
const ROUNDS = 20_000;
const expiration = new Date(Date.now() + 12 * 3_600_000);

/** Credentials as STS sends them: a session token has several hundred characters. */
function makeCredentials() {
  return {
    accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString("hex"),
    sessionToken: randomBytes(400).toString("base64"),
    expiration: new Date(expiration),
    accountId: String(100_000_000_000 + Math.floor(Math.random() * 1e11)),
    $source: { CREDENTIALS_STS_ASSUME_ROLE: "i" },
  };
}

function heapBytes(): number {
  const collect = globalThis.gc;
  if (collect === undefined) {
    throw new Error("run with --expose-gc");
  }
  for (let round = 0; round < 4; round += 1) {
    collect();
  }
  return process.memoryUsage().heapUsed;
}

function provider(cache: CredentialCache, index: number): CredentialProvider {
  const name = `assume-role arn:aws:iam::123456789012:role/tenant-${index}`;
  return cache.provider({ name, key: { tenant: index }, load });
}

/** One function for all: what a source's own closures weigh is not the cache's doing. */
async function load() {
  return makeCredentials();
}

async function fill(cache: CredentialCache): Promise<CredentialProvider[]> {
  const providers: CredentialProvider[] = [];
  for (let index = 0; index < ENTRIES; index += 1) {
    const one = provider(cache, index);
    providers.push(one);
    await one();
  }
  return providers;
}

function measureBare(): number {
  const before = heapBytes();
  const held = Array.from({ length: ENTRIES }, makeCredentials);
  const bytes = (heapBytes() - before) / ENTRIES;
  // Read afterwards, so that the array lives until then.
  return held.length === ENTRIES ? bytes : Number.NaN;
}

async function timer(subject: string): Promise<Timer> {
  return ((await import(`./time-awaits.js?for=${subject}`)) as { readonly timeAwaits: Timer }).timeAwaits;
}

// The first set of each kind compiles code, whose size is no entry's.
await provider(createCredentialCache(), 0)();
makeCredentials();
const bareBytes = measureBare();
const before = heapBytes();
const many = createCredentialCache({ maxEntries: ENTRIES });
const providers = await fill(many);
const withProviders = (heapBytes() - before) / ENTRIES;
const first = providers[0] ?? provider(many, 0);

const single = provider(createCredentialCache(), 0);
await single();
const subjects = ["one", "one-of-many", "each", "bare-each"];
const [timeOne, timeOneOfMany, timeEach, timeBareEach] = await Promise.all(subjects.map(timer));
let turn = 0;
const each: Work = () => {
  turn = (turn + 7_919) % ENTRIES;
  return (providers[turn] ?? first)();
};
const bare = providers.map((one) => one());
let bareTurn = 0;
const bareEach: Work = () => {
  bareTurn = (bareTurn + 7_919) % ENTRIES;
  return bare[bareTurn] ?? first();
};
const reads = { readOne: [] as number[], readOneOfMany: [] as number[], readEach: [] as number[] };
const readBareEach: number[] = [];
for (let batch = -10; batch < BATCHES; batch += 1) {
  const one = (await timeOne?.(single, ROUNDS)) ?? Number.NaN;
  const oneOfMany = (await timeOneOfMany?.(first, ROUNDS)) ?? Number.NaN;
  const ofEach = (await timeEach?.(each, ROUNDS)) ?? Number.NaN;
  const ofBareEach = (await timeBareEach?.(bareEach, ROUNDS)) ?? Number.NaN;
  if (batch >= 0) {
    reads.readOne.push(one);
    reads.readOneOfMany.push(oneOfMany);
    reads.readEach.push(ofEach);
    readBareEach.push(ofBareEach);
  }
}
providers.length = 0;
bare.length = 0;
const alone = (heapBytes() - before) / ENTRIES;
if (many.stats().entries !== ENTRIES) {
  throw new Error(`the cache holds ${many.stats().entries} entries`);
}
tellResult({
  bareBytes,
  entryBytes: alone - bareBytes,
  entryAndProviderBytes: withProviders - bareBytes,
  ...reads,
  readBareEach,
} satisfies EntriesReport);
