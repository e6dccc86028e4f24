import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { throttled } from "../support/errors.js";
import { HOUR_MS, MINUTE_MS, testCache } from "../support/test-cache.js";
import { testSource } from "../support/test-source.js";

const UNTIL_REFRESH_MS = 45 * MINUTE_MS;

function warm(members: Parameters<typeof testSource>[1] = {}) {
  const { cache, clock } = testCache({ refresh: { keepWarm: true } });
  const source = testSource(clock, members);
  return { cache, clock, source, provider: cache.provider(source) };
}

it("refreshes an entry that is in use from a timer", async () => {
  const { clock, source, provider } = warm();
  const first = await provider();
  await clock.advance(UNTIL_REFRESH_MS);
  expect(source.loads).toHaveLength(2);
  expect(source.loads[1]!.context).toMatchObject({ background: true, renew: false });
  const second = await provider();
  expect(second).not.toBe(first);
  await clock.advance(UNTIL_REFRESH_MS);
  expect(source.loads).toHaveLength(3);
});

it("lets an entry go cold whose key is another one by now: what it would load is not for this entry", async () => {
  let account = "one";
  const { clock, source, provider } = warm({ key: () => ({ account }) });
  const first = await provider();
  account = "two";
  await clock.advance(UNTIL_REFRESH_MS);
  expect(source.loads).toHaveLength(1);
  account = "one";
  expect(await provider()).toBe(first);
});

it("lets an entry go cold that nobody read since its last load", async () => {
  const { clock, source, provider } = warm();
  await provider();
  await clock.advance(48 * HOUR_MS);
  expect(source.loads).toHaveLength(2);
  expect(clock.pending).toBe(0);
});

it("lets an entry go cold whose source fails when nobody reads it any more", async () => {
  const { clock, source, provider } = warm();
  await provider();
  source.behaviour = throttled();
  await clock.advance(48 * HOUR_MS);
  expect(source.loads.length).toBeLessThan(4);
  expect(clock.pending).toBe(0);
});

it("tries again after the backoff while the entry is in use", async () => {
  const { clock, source, provider } = warm();
  const first = await provider();
  source.behaviour = throttled();
  await clock.advance(UNTIL_REFRESH_MS);
  expect(await provider()).toBe(first);
  source.behaviour = "answer";
  // A quarter of the 15 minutes left, times a half by the dice.
  await clock.advance(1.875 * MINUTE_MS);
  expect(source.loads).toHaveLength(3);
  expect(await provider()).not.toBe(first);
});

it("starts no timer unless it is asked for", async () => {
  const { cache, clock } = testCache();
  await cache.provider(testSource(clock))();
  expect(clock.pending).toBe(0);
});

it("starts one timer an entry, and none for sets without expiration", async () => {
  const { cache, clock, provider } = warm();
  await provider();
  await provider({ forceRefresh: true });
  expect(clock.pending).toBe(1);
  const lasting = testSource(clock, { behaviour: () => ({ accessKeyId: "x", secretAccessKey: "x" }) });
  await cache.provider(lasting)();
  expect(clock.pending).toBe(1);
});

it("never asks an interactive source", async () => {
  const { clock, source, provider } = warm({ interactive: true });
  await provider();
  expect(clock.pending).toBe(0);
  await clock.advance(HOUR_MS);
  expect(source.loads).toHaveLength(1);
});

it("looks at the clock again when the timer runs early, as after a step back", async () => {
  const { clock, source, provider } = warm();
  await provider();
  clock.step(-30_000);
  await clock.advance(UNTIL_REFRESH_MS);
  expect(source.loads).toHaveLength(1);
  await clock.advance(30_000);
  expect(source.loads).toHaveLength(2);
});

it.each(["clear", "dispose"] as const)("stops its timers at a %s", async (how) => {
  const { cache, clock, source, provider } = warm();
  await provider();
  await (how === "clear" ? cache.clear() : cache[Symbol.asyncDispose]());
  expect(clock.pending).toBe(0);
  await clock.advance(HOUR_MS);
  expect(source.loads).toHaveLength(1);
});

it("stops the timer of an evicted entry", async () => {
  const { cache, clock } = testCache({ maxEntries: 1, refresh: { keepWarm: true } });
  await cache.provider(testSource(clock))();
  await cache.provider(testSource(clock))();
  expect(clock.pending).toBe(1);
});

it("lets the process end, also while a background load hangs", async () => {
  const script = `
    import { createCredentialCache } from "evercred";
    const cache = createCredentialCache({ refresh: { keepWarm: true }, random: () => 0 });
    let loads = 0;
    const provider = cache.provider({ name: "child", key: {}, load: () => {
      loads += 1;
      return loads > 1 ? new Promise(() => {}) : Promise.resolve({ accessKeyId: "x", secretAccessKey: "x",
        expiration: new Date(Date.now() + 3_600_000) });
    } });
    await provider();
    const { now } = Date;
    Date.now = () => now() + 50 * 60_000;
    await provider();
    process.stdout.write(String(loads));
  `;
  const startedAt = Date.now();
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@evercred/source", "--import", "tsx", "--input-type=module", "--eval", script],
    { cwd: import.meta.dirname, timeout: 25_000 },
  );
  expect(stdout).toBe("2");
  // The hung load alone would hold the process for 30 s.
  expect(Date.now() - startedAt).toBeLessThan(20_000);
});
