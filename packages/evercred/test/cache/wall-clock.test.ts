import { describe, expect, it } from "vitest";
import { throttled } from "../support/errors.js";
import { HOUR_MS, MINUTE_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, testSource } from "../support/test-source.js";

describe("a server's date", () => {
  it.each([
    { clockIs: "fast", serverAheadMs: -30 * MINUTE_MS },
    { clockIs: "slow", serverAheadMs: 30 * MINUTE_MS },
  ])("sets the deadlines right where the local clock is $clockIs", async ({ serverAheadMs }) => {
    const { cache, clock } = testCache();
    const serverDate = new Date(clock.now() + serverAheadMs);
    const credentials = credentialsFor({ ...clock, now: () => serverDate.getTime() }, HOUR_MS);
    const source = testSource(clock, { behaviour: () => ({ credentials, serverDate }) });
    const provider = cache.provider(source);
    const first = await provider();
    expect(first.expiration).toEqual(credentials.expiration);
    expect(provider.status()).toMatchObject({ phase: "valid", remainingMs: HOUR_MS });
    await clock.advance(45 * MINUTE_MS - 1);
    expect(provider.status().phase).toBe("valid");
    await clock.advance(15 * MINUTE_MS + 1);
    expect(provider.status().phase).toBe("expired");
  });

  it("tells an expired answer from one that a fast clock only takes for expired", async () => {
    const { cache, clock } = testCache();
    const serverDate = new Date(clock.now() - 2 * HOUR_MS);
    const credentials = credentialsFor({ ...clock, now: () => serverDate.getTime() }, HOUR_MS);
    const behaviour = () => ({ credentials, serverDate });
    await expect(cache.provider(testSource(clock, { behaviour }))()).resolves.toBeDefined();
    await expect(cache.provider(testSource(clock, { behaviour: () => credentials }))()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
    });
  });
});

describe("a server's date that cannot be right", () => {
  it("prolongs nothing: no session lives for years", async () => {
    const { cache, clock } = testCache();
    const credentials = credentialsFor(clock, HOUR_MS);
    const behaviour = () => ({ credentials, serverDate: new Date(0) });
    const provider = cache.provider(testSource(clock, { behaviour }));
    await provider();
    expect(provider.status()).toMatchObject({ phase: "valid", remainingMs: HOUR_MS });
  });
});

describe("a clock that steps forward", () => {
  it("expires what it passes, without any timer", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    clock.step(HOUR_MS);
    expect(provider.status().phase).toBe("expired");
    expect(await provider()).not.toBe(first);
  });
});

describe("a clock that steps back", () => {
  it.each([
    { backMs: MINUTE_MS, loads: 1 },
    { backMs: MINUTE_MS + 1, loads: 2 },
    { backMs: 24 * HOUR_MS, loads: 2 },
  ])("by $backMs ms: $loads loads, and everybody is served at once", async ({ backMs, loads }) => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    source.behaviour = "wait";
    clock.step(-backMs);
    expect(await provider()).toBe(first);
    expect(await provider()).toBe(first);
    expect(source.loads).toHaveLength(loads);
  });

  it("checks a set without expiration too", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock, { behaviour: () => ({ accessKeyId: "x", secretAccessKey: "x" }) });
    const provider = cache.provider(source);
    await provider();
    clock.step(-HOUR_MS);
    await provider();
    await clock.advance(0);
    await provider();
    expect(source.loads).toHaveLength(2);
  });

  it("backs off from a source that fails the check", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    source.behaviour = throttled();
    clock.step(-HOUR_MS);
    for (let call = 0; call < 5; call += 1) {
      expect(await provider()).toBe(first);
      await clock.advance(1_000);
    }
    expect(source.loads).toHaveLength(2);
  });

  it("is not held by a backoff that now lies in the future", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock, { lifetimeMs: 12 * HOUR_MS });
    const provider = cache.provider(source);
    const first = await provider();
    source.behaviour = throttled();
    await clock.advance(11 * HOUR_MS + 30 * MINUTE_MS);
    await provider();
    await clock.advance(0);
    clock.step(-20 * MINUTE_MS);
    expect(provider.status().phase).toBe("advisory");
    expect(await provider()).toBe(first);
    expect(source.loads).toHaveLength(3);
  });
});

it("a laptop that slept past expiration wakes up to a fresh set", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock, { staticStability: true });
  const provider = cache.provider(source);
  const first = await provider();
  clock.suspend(8 * HOUR_MS);
  expect(await provider()).not.toBe(first);
});
