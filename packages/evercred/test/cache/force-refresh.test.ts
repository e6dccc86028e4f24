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

it("asks the source although valid credentials are in hand", async () => {
  const { source, provider, first } = await cached();
  const second = await provider({ forceRefresh: true });
  expect(second).not.toBe(first);
  expect(source.loads[1]!.context).toMatchObject({ renew: true, background: false });
  expect(await provider()).toBe(second);
});

it("joins a load under way", async () => {
  const { clock, source, provider } = await cached();
  source.behaviour = "wait";
  const calls = [watch(provider({ forceRefresh: true })), watch(provider({ forceRefresh: true }))];
  expect(source.loads).toHaveLength(2);
  source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
  await clock.advance(0);
  expect(calls.map((call) => call.state)).toEqual(["answered", "answered"]);
});

it("keeps nobody else from being served at once", async () => {
  const { source, provider, first } = await cached();
  source.behaviour = "wait";
  watch(provider({ forceRefresh: true }));
  expect(await provider()).toBe(first);
});

it.each([throttled(), denied()])("serves unexpired credentials when its load fails: $code", async (failure) => {
  const { source, provider, first } = await cached();
  source.behaviour = failure;
  expect(await provider({ forceRefresh: true })).toBe(first);
  expect(await provider()).toBe(first);
  expect(source.loads).toHaveLength(2);
});

it("bypasses a backoff", async () => {
  const { clock, source, provider } = await cached();
  source.behaviour = throttled();
  await clock.advance(45 * MINUTE_MS);
  await provider();
  await clock.advance(0);
  await provider({ forceRefresh: true });
  expect(source.loads).toHaveLength(3);
});

it("bypasses a remembered error", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock, { behaviour: denied() });
  const provider = cache.provider(source);
  await failureOf(provider());
  source.behaviour = "answer";
  await expect(provider({ forceRefresh: true })).resolves.toHaveProperty("accessKeyId");
});

it("raises when its load fails and the set in hand was rejected by a service and refused by the source", async () => {
  const { source, provider } = await cached();
  const failure = denied();
  source.behaviour = failure;
  provider.invalidate();
  expect(await failureOf(provider({ forceRefresh: true }))).toBe(failure);
});

it("raises when its load fails and nothing unexpired is in hand", async () => {
  const { clock, source, provider } = await cached();
  const failure = throttled();
  source.behaviour = failure;
  await clock.advance(HOUR_MS);
  expect(await failureOf(provider({ forceRefresh: true }))).toBe(failure);
});
