import { expect, it } from "vitest";
import type { RefreshOptions } from "../../src/index.js";
import { denied, throttled } from "../support/errors.js";
import { failureOf, watch } from "../support/outcome.js";
import { HOUR_MS, SECOND_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, type TestSource, testSource } from "../support/test-source.js";

async function expired(members: Partial<TestSource>, refresh: RefreshOptions = {}, random = () => 0) {
  const { cache, clock } = testCache({ refresh, random });
  const source = testSource(clock, members);
  const provider = cache.provider(source);
  const first = await provider();
  await clock.advance(HOUR_MS);
  return { cache, clock, source, provider, first };
}

it("serves a statically stable source's old set while the source fails", async () => {
  const { source, provider, first, cache } = await expired({ staticStability: true });
  source.behaviour = throttled();
  expect(await provider()).toBe(first);
  expect(cache.stats()).toMatchObject({ staleServed: 1 });
});

it("asks again after 1 s, 2 s, 4 s up to 60 s, and serves the old set without asking in between", async () => {
  const { clock, source, provider, first } = await expired({ staticStability: true }, {}, () => 1 - Number.EPSILON);
  source.behaviour = throttled();
  const pauses = [1, 2, 4, 8, 16, 32, 60, 60, 60];
  await provider();
  for (const [index, seconds] of pauses.entries()) {
    expect(source.loads).toHaveLength(index + 2);
    await clock.advance(seconds * SECOND_MS - 2);
    expect(await provider()).toBe(first);
    expect(source.loads).toHaveLength(index + 2);
    await clock.advance(2);
    expect(await provider()).toBe(first);
  }
});

it("serves the fresh set as soon as the source recovers", async () => {
  const { clock, source, provider, first } = await expired({ staticStability: true });
  source.behaviour = throttled();
  await provider();
  source.behaviour = "answer";
  await clock.advance(SECOND_MS);
  expect(await provider()).not.toBe(first);
});

it.each<[string, Partial<TestSource>, RefreshOptions]>([
  ["a source that is not statically stable", {}, {}],
  ["a cache that serves nothing past expiry", { staticStability: true }, { servePastExpiry: false }],
])("raises for %s, and each call asks again, one load at a time", async (_, members, refresh) => {
  const { clock, source, provider } = await expired(members, refresh);
  const failure = throttled();
  source.behaviour = failure;
  expect(await failureOf(provider())).toBe(failure);
  expect(await failureOf(provider())).toBe(failure);
  expect(source.loads).toHaveLength(3);
  source.behaviour = "wait";
  const calls = [watch(provider()), watch(provider())];
  await clock.advance(0);
  expect(source.loads).toHaveLength(4);
  source.loads[3]!.answer(credentialsFor(clock, HOUR_MS));
  await clock.advance(0);
  expect(calls.map((call) => call.state)).toEqual(["answered", "answered"]);
});

it("raises a terminal error, stable or not, and remembers it for a moment", async () => {
  const { clock, source, provider } = await expired({ staticStability: true });
  const failure = denied();
  source.behaviour = failure;
  expect(await failureOf(provider())).toBe(failure);
  await clock.advance(SECOND_MS - 1);
  expect(await failureOf(provider())).toBe(failure);
  expect(source.loads).toHaveLength(2);
  await clock.advance(1);
  expect(await failureOf(provider())).toBe(failure);
  expect(source.loads).toHaveLength(3);
});

it("takes an answer that is already expired for a transient failure", async () => {
  const { clock, source, provider, first } = await expired({ staticStability: true });
  source.behaviour = () => credentialsFor(clock, -1);
  expect(await provider()).toBe(first);
  expect(provider.status().lastError).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
});
