import { expect, it } from "vitest";
import { throttled } from "../support/errors.js";
import { failureOf, watch } from "../support/outcome.js";
import { HOUR_MS, MINUTE_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, testSource } from "../support/test-source.js";

it("is empty before the first call, and asks nobody", () => {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  expect(cache.provider(source).status()).toEqual({ phase: "empty", refreshing: false, origin: [source.name] });
  expect(source.loads).toHaveLength(0);
  expect(cache.stats().entries).toBe(0);
});

it("describes the cached set in each phase", async () => {
  const { cache, clock } = testCache();
  const installedAt = clock.now();
  const source = testSource(clock, {
    behaviour: () => ({ ...credentialsFor(clock, HOUR_MS), accountId: "123456789012" }),
  });
  const provider = cache.provider(source);
  const { accessKeyId } = await provider();
  const described = {
    accessKeyId,
    accountId: "123456789012",
    expiration: new Date(installedAt + HOUR_MS),
    refreshAt: new Date(installedAt + 45 * MINUTE_MS),
    lastRefresh: new Date(installedAt),
    refreshing: false,
    origin: [source.name],
  };
  expect(provider.status()).toEqual({ ...described, phase: "valid", remainingMs: HOUR_MS });
  await clock.advance(45 * MINUTE_MS);
  expect(provider.status()).toEqual({ ...described, phase: "advisory", remainingMs: 15 * MINUTE_MS });
  await clock.advance(14 * MINUTE_MS);
  expect(provider.status()).toEqual({ ...described, phase: "mandatory", remainingMs: MINUTE_MS });
  await clock.advance(2 * MINUTE_MS);
  expect(provider.status()).toEqual({ ...described, phase: "expired", remainingMs: -MINUTE_MS });
});

it("says nothing of an expiration there is not", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock, { behaviour: () => ({ accessKeyId: "x", secretAccessKey: "x" }) });
  const provider = cache.provider(source);
  await provider();
  expect(provider.status()).toEqual({
    phase: "valid",
    accessKeyId: "x",
    lastRefresh: new Date(clock.now()),
    refreshing: false,
    origin: [source.name],
  });
});

it("says whether a load is under way, and what failed last until a success clears it", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock, { behaviour: throttled() });
  const provider = cache.provider(source);
  await failureOf(provider());
  expect(provider.status().lastError).toEqual({
    code: "ERR_CREDENTIALS_TRANSIENT",
    message: "STS throttled the call. Ask less often.",
    at: new Date(clock.now()),
  });
  source.behaviour = "wait";
  watch(provider());
  expect(provider.status().refreshing).toBe(true);
  source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
  await clock.advance(0);
  expect(provider.status()).toMatchObject({ refreshing: false, phase: "valid" });
  expect(provider.status().lastError).toBeUndefined();
});

it("passes on the origin and the details of a load", async () => {
  const { cache, clock } = testCache();
  const said = { origin: ["role", "profile dev"], details: { packedPolicySize: 6 } };
  const source = testSource(clock, { behaviour: () => ({ credentials: credentialsFor(clock, HOUR_MS), ...said }) });
  const provider = cache.provider(source);
  await provider();
  expect(provider.status()).toMatchObject(said);
});

it("is a snapshot: changing it changes nothing", async () => {
  const { cache, clock } = testCache();
  const provider = cache.provider(testSource(clock));
  await provider();
  const before = provider.status();
  before.expiration?.setTime(0);
  before.lastRefresh?.setTime(0);
  (before.origin as string[]).push("forged");
  expect(provider.status().origin).not.toContain("forged");
  expect(provider.status().expiration?.getTime()).toBeGreaterThan(0);
  expect(provider.status().phase).toBe("valid");
});

it("is empty after an eviction, and finds the entry that another provider filled", async () => {
  const { cache, clock } = testCache({ maxEntries: 1 });
  const source = testSource(clock);
  const [one, twin] = [cache.provider(source), cache.provider(source)];
  await one();
  expect(twin.status().phase).toBe("valid");
  await cache.provider(testSource(clock))();
  expect(one.status().phase).toBe("empty");
  const { accessKeyId } = await twin();
  expect(one.status()).toMatchObject({ phase: "valid", accessKeyId });
});

it("is empty while the key cannot be told", () => {
  const { cache, clock } = testCache();
  const key = () => {
    throw new Error("no variable");
  };
  const provider = cache.provider(testSource(clock, { key }));
  expect(provider.status().phase).toBe("empty");
  expect(() => provider.invalidate()).not.toThrow();
});

it("says when the next try is due while refreshes fail", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  const provider = cache.provider(source);
  await provider();
  await clock.advance(46 * MINUTE_MS);
  source.behaviour = throttled();
  await provider();
  await clock.advance(0);
  const { refreshAt, lastError } = provider.status();
  expect(lastError?.at).toEqual(new Date(clock.now()));
  expect(refreshAt?.getTime()).toBeGreaterThan(clock.now());
  await clock.advance((refreshAt?.getTime() ?? 0) - clock.now() - 1);
  await provider();
  expect(source.loads).toHaveLength(2);
  await clock.advance(1);
  await provider();
  expect(source.loads).toHaveLength(3);
});
