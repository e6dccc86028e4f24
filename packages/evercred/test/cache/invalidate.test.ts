import { expect, it } from "vitest";
import { denied, throttled } from "../support/errors.js";
import { failureOf, watch } from "../support/outcome.js";
import { HOUR_MS, MINUTE_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, testSource } from "../support/test-source.js";

async function cached() {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  const provider = cache.provider(source);
  return { cache, clock, source, provider, first: await provider() };
}

it("makes the next call wait for a fresh set that is not from a cache further down", async () => {
  const { clock, source, provider, first } = await cached();
  source.behaviour = "wait";
  provider.invalidate({ accessKeyId: first.accessKeyId });
  const call = watch(provider());
  await clock.advance(0);
  expect(call.state).toBe("waiting");
  expect(source.loads[1]!.context).toMatchObject({ renew: true, background: false });
  const second = credentialsFor(clock, HOUR_MS);
  source.loads[1]!.answer(second);
  await clock.advance(0);
  expect(call.credentials?.accessKeyId).toBe(second.accessKeyId);
  expect(await provider()).toBe(call.credentials);
});

it("does nothing when somebody has refreshed already", async () => {
  const { source, provider, first } = await cached();
  const second = await provider({ forceRefresh: true });
  provider.invalidate({ accessKeyId: first.accessKeyId });
  expect(await provider()).toBe(second);
  expect(source.loads).toHaveLength(2);
});

it("rejects whatever is cached when it names nothing", async () => {
  const { source, provider, first } = await cached();
  provider.invalidate();
  expect(await provider()).not.toBe(first);
  expect(source.loads).toHaveLength(2);
});

it("reaches every provider of the entry", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  const [one, other] = [cache.provider(source), cache.provider(source)];
  const first = await one();
  other.invalidate();
  expect(await one()).not.toBe(first);
});

it("does nothing when nothing is cached", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  const provider = cache.provider(source);
  provider.invalidate();
  provider.invalidate({ accessKeyId: "any" });
  expect(cache.stats().entries).toBe(0);
  const first = await provider();
  expect(await provider()).toBe(first);
});

it("serves the rejected set while the source fails transiently, and leaves a running backoff in force", async () => {
  const { clock, source, provider, first } = await cached();
  source.behaviour = throttled();
  provider.invalidate();
  expect(await provider()).toBe(first);
  expect(source.loads).toHaveLength(2);
  await clock.advance(MINUTE_MS);
  provider.invalidate();
  expect(await provider()).toBe(first);
  expect(source.loads).toHaveLength(2);
  source.behaviour = "answer";
  await clock.advance(4 * MINUTE_MS);
  expect(await provider()).not.toBe(first);
});

it("raises a terminal failure over the rejected set, asking at most once a second", async () => {
  const { clock, source, provider } = await cached();
  const failure = denied();
  source.behaviour = failure;
  provider.invalidate();
  expect(await failureOf(provider())).toBe(failure);
  expect(await failureOf(provider())).toBe(failure);
  expect(source.loads).toHaveLength(2);
  await clock.advance(1_000);
  expect(await failureOf(provider())).toBe(failure);
  expect(source.loads).toHaveLength(3);
});

it("joins a load under way", async () => {
  const { clock, source, provider } = await cached();
  source.behaviour = "wait";
  const forced = watch(provider({ forceRefresh: true }));
  provider.invalidate();
  const call = watch(provider());
  source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
  await clock.advance(0);
  expect(call.credentials).toBe(forced.credentials);
  expect(source.loads).toHaveLength(2);
});

it("shows a rejected set as mandatory", async () => {
  const { provider } = await cached();
  provider.invalidate();
  expect(provider.status().phase).toBe("mandatory");
});
