import { expect, it } from "vitest";
import { throttled } from "../support/errors.js";
import { failureOf } from "../support/outcome.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS, testCache } from "../support/test-cache.js";
import { testSource } from "../support/test-source.js";

async function cached() {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  const provider = cache.provider(source);
  return { cache, clock, source, provider, first: await provider() };
}

it("is served from the cache while the set outlives it", async () => {
  const { clock, source, provider, first } = await cached();
  await clock.advance(30 * MINUTE_MS);
  expect(await provider({ minRemainingMs: 30 * MINUTE_MS })).toBe(first);
  expect(source.loads).toHaveLength(1);
});

it("waits for a fresh set when the cached one does not outlive it", async () => {
  const { clock, provider, first } = await cached();
  await clock.advance(30 * MINUTE_MS);
  const second = await provider({ minRemainingMs: 30 * MINUTE_MS + 1 });
  expect(second).not.toBe(first);
});

it("takes any set without expiration", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock, { behaviour: () => ({ accessKeyId: "x", secretAccessKey: "x" }) });
  await expect(cache.provider(source)({ minRemainingMs: 1_000 * HOUR_MS })).resolves.toBeDefined();
});

it("fails with the refresh's error when it cannot be met, and is not asked again for a moment", async () => {
  const { clock, source, provider, first } = await cached();
  const failure = throttled();
  source.behaviour = failure;
  await clock.advance(30 * MINUTE_MS);
  const request = { minRemainingMs: 40 * MINUTE_MS };
  expect(await failureOf(provider(request))).toBe(failure);
  await clock.advance(SECOND_MS - 1);
  expect(await failureOf(provider(request))).toBe(failure);
  expect(source.loads).toHaveLength(2);
  await clock.advance(1);
  expect(await failureOf(provider(request))).toBe(failure);
  expect(source.loads).toHaveLength(3);
  expect(await provider()).toBe(first);
});

it("fails naming itself when even a fresh set cannot reach it, and that is remembered for a moment", async () => {
  const { clock, source, provider } = await cached();
  const request = { minRemainingMs: 2 * HOUR_MS };
  const error = await failureOf(provider(request));
  expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
  expect(error.message).toContain("`minRemainingMs` asks for credentials that live 7200000 ms more");
  expect(error.message).toContain("a fresh set lives 3600000 ms");
  expect(await failureOf(provider(request))).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
  expect(source.loads).toHaveLength(2);
  await clock.advance(SECOND_MS);
  await failureOf(provider(request));
  expect(source.loads).toHaveLength(3);
});

it("that no set can reach does not harm the others", async () => {
  const { provider, source } = await cached();
  await failureOf(provider({ minRemainingMs: 2 * HOUR_MS }));
  const fresh = await provider();
  expect(await provider({ minRemainingMs: HOUR_MS })).toBe(fresh);
  expect(source.loads).toHaveLength(2);
  expect(provider.status().lastError).toBeUndefined();
});

it("is met by longer sets as soon as the source gives them", async () => {
  const { clock, provider, source } = await cached();
  await failureOf(provider({ minRemainingMs: 2 * HOUR_MS }));
  source.lifetimeMs = 12 * HOUR_MS;
  await clock.advance(SECOND_MS);
  await expect(provider({ minRemainingMs: 2 * HOUR_MS })).resolves.toBeDefined();
});
