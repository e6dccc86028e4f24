import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { hashKey } from "../../src/cache/cache-key.js";
import type { CredentialProvider, KeyParts } from "../../src/index.js";
import { denied } from "../support/errors.js";
import { HOUR_MS, testCache } from "../support/test-cache.js";
import { testSource } from "../support/test-source.js";

const EVERYTHING = { showHidden: true, depth: null, getters: true } as const;
const CHANNELS = [
  ...["start", "end", "asyncStart", "asyncEnd", "error"].map((phase) => `tracing:evercred:refresh:${phase}`),
  ...["serve-stale", "invalidate", "evict"].map((name) => `evercred:${name}`),
];

const secret = fc.base64String({ minLength: 32, maxLength: 64 }).map((text) => `s3cr3t/${text}`);
const credentials = fc.record({
  accessKeyId: fc.constant("AKIAIOSFODNN7EXAMPLE"),
  secretAccessKey: secret,
  sessionToken: secret,
});
const nonsense = fc.oneof(
  secret,
  fc.record({ secretAccessKey: secret }),
  fc.record({ accessKeyId: fc.constant("x"), secretAccessKey: fc.array(secret, { minLength: 1 }) }),
  credentials.map((set) => ({ ...set, expiration: set.sessionToken })),
  credentials.map((set) => ({ ...set, sessionToken: "" })),
  credentials.map((set) => ({ ...set, expiration: new Date(0) })),
  credentials.map((set) => ({ credentials: { ...set, accountId: { of: set.secretAccessKey } } })),
);

/** Everything that anybody can see of a run: a line a thing. */
async function show(set: object, bad: unknown): Promise<string[]> {
  const shown: string[] = [];
  const note = (value: unknown): void => void shown.push(inspect(value, EVERYTHING), JSON.stringify(value) ?? "");
  const { cache, clock } = testCache({ maxEntries: 1 });
  const source = testSource(clock, { staticStability: true });
  const provider = cache.provider(source);
  const read = async (target: CredentialProvider, force = false) =>
    void (await target({ forceRefresh: force }).catch(note));
  const look = (): void => {
    note(provider);
    note(provider.status());
    note(cache);
    note(cache.stats());
  };
  for (const channel of CHANNELS) {
    subscribe(channel, note);
  }
  try {
    source.behaviour = () => bad;
    await read(provider);
    source.behaviour = () => ({ ...set, expiration: new Date(clock.now() + HOUR_MS) });
    await read(provider);
    look();
    source.behaviour = () => bad;
    await read(provider, true);
    provider.invalidate();
    await read(provider);
    await clock.advance(HOUR_MS);
    await read(provider);
    look();
    source.behaviour = denied();
    await clock.advance(HOUR_MS);
    await read(provider);
    await read(cache.provider(testSource(clock)));
    await clock.advance(0);
    look();
  } finally {
    for (const channel of CHANNELS) {
      unsubscribe(channel, note);
    }
  }
  note(hashKey(source.key as KeyParts));
  return shown;
}

function secretsIn(value: unknown): string[] {
  return JSON.stringify(value).match(/s3cr3t\/[\w+/=]+/g) ?? [];
}

it("no secret shows in keys, errors, events, status, stats, or in what is printed of a provider and a cache", async () => {
  const property = fc.asyncProperty(credentials, nonsense, async (set, bad) => {
    const secrets = secretsIn([set, bad]);
    const shown = await show(set, bad);
    expect(secrets.length).toBeGreaterThan(1);
    expect(shown.length).toBeGreaterThan(40);
    expect(shown.filter((text) => secrets.some((one) => text.includes(one)))).toEqual([]);
    expect(shown.join("\n")).not.toContain("s3cr3t");
  });
  await fc.assert(property, { numRuns: 60 });
});
