import { describe, expect, it } from "vitest";
import type { CredentialRequest } from "../../src/index.js";
import { throttled } from "../support/errors.js";
import { failureOf, watch } from "../support/outcome.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, testSource } from "../support/test-source.js";

const UNTIL_ADVISORY_MS = 45 * MINUTE_MS;
const UNTIL_MANDATORY_MS = 59 * MINUTE_MS;

it("asks the source once and hands out the same frozen object", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  const provider = cache.provider(source);
  const first = await provider();
  expect(Object.isFrozen(first)).toBe(true);
  for (const request of [undefined, {}, { callerClientConfig: { region: "eu-west-1" } }, { forceRefresh: false }]) {
    expect(await provider(request)).toBe(first);
  }
  expect(source.loads).toHaveLength(1);
});

it("takes null for no request", async () => {
  const { clock, cache } = testCache();
  const provider = cache.provider(testSource(clock));
  const first = await provider(null as never);
  expect(await provider(null as never)).toBe(first);
});

it("starts nothing while the set is valid", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  const provider = cache.provider(source);
  await provider();
  await clock.advance(UNTIL_ADVISORY_MS - 1);
  expect(provider()).toBe(provider());
  await clock.advance(0);
  expect(clock.pending).toBe(0);
  expect(source.loads).toHaveLength(1);
});

it("tells a load everything it needs", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  const callerClientConfig = { region: "eu-west-1" };
  await cache.provider(source)({ callerClientConfig });
  expect(source.loads[0]!.context).toMatchObject({
    deadline: clock.now() + 30 * SECOND_MS,
    background: false,
    renew: false,
    callerClientConfig,
    clock,
  });
  expect(source.loads[0]!.context.random()).toBe(0);
  expect(source.loads[0]!.context.signal.aborted).toBe(false);
});

it("shares one load between everybody who waits, and between providers with equal keys", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock, { behaviour: "wait", key: { role: "shared", region: undefined } });
  const twin = testSource(clock, { behaviour: "wait", key: { role: "shared" } });
  const calls = [cache.provider(source)(), cache.provider(twin)(), cache.provider(source)()];
  source.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
  const [one, ...others] = await Promise.all(calls);
  expect(others).toEqual([one, one]);
  expect(others[0]).toBe(one);
  expect(source.loads.length + twin.loads.length).toBe(1);
});

it("keeps the credentials of different keys apart", async () => {
  const { cache, clock } = testCache();
  const [one, other] = [testSource(clock), testSource(clock)];
  expect(await cache.provider(one)()).not.toBe(await cache.provider(other)());
});

it("keeps caches apart", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  expect(await cache.provider(source)()).not.toBe(await testCache({ clock }).cache.provider(source)());
});

it("serves a set without expiration for good", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock, { behaviour: () => ({ accessKeyId: "x", secretAccessKey: "x" }) });
  const provider = cache.provider(source);
  const first = await provider();
  await clock.advance(100_000 * HOUR_MS);
  expect(await provider()).toBe(first);
});

describe("in the advisory window", () => {
  it("serves at once while one load in the background fetches the next set", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    source.behaviour = "wait";
    await clock.advance(UNTIL_ADVISORY_MS);
    expect(await Promise.all([provider(), provider(), provider({ minRemainingMs: 1 })])).toEqual([first, first, first]);
    expect(source.loads).toHaveLength(2);
    expect(source.loads[1]!.context.background).toBe(true);
    source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    const second = await provider();
    expect(second).not.toBe(first);
    expect(await provider()).toBe(second);
    expect(source.loads).toHaveLength(2);
  });

  it("waits for nothing before its random moment", async () => {
    const { cache, clock } = testCache({ random: () => 0.5 });
    const source = testSource(clock);
    const provider = cache.provider(source);
    await provider();
    await clock.advance(UNTIL_ADVISORY_MS + 3.75 * MINUTE_MS - 1);
    await provider();
    expect(source.loads).toHaveLength(1);
    await clock.advance(1);
    await provider();
    expect(source.loads).toHaveLength(2);
  });

  it("serves on over failures, and leaves the source alone until the backoff has passed", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    source.behaviour = throttled();
    await clock.advance(UNTIL_ADVISORY_MS);
    expect(await provider()).toBe(first);
    await clock.advance(0);
    // A quarter of the 15 minutes left, times a half by the dice.
    await clock.advance(1.875 * MINUTE_MS - 1);
    expect(await provider()).toBe(first);
    expect(source.loads).toHaveLength(2);
    await clock.advance(1);
    expect(await provider()).toBe(first);
    expect(source.loads).toHaveLength(3);
  });

  it("does not wait for a background load that is under way", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    source.behaviour = "wait";
    await clock.advance(UNTIL_ADVISORY_MS);
    await provider();
    await clock.advance(5 * SECOND_MS);
    expect(await provider()).toBe(first);
  });
});

describe("in the mandatory window", () => {
  it("waits for a fresh set", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    source.behaviour = "wait";
    await clock.advance(UNTIL_MANDATORY_MS);
    const call = watch(provider());
    await clock.advance(0);
    expect(call.state).toBe("waiting");
    expect(source.loads[1]!.context.background).toBe(false);
    source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(call.state).toBe("answered");
    expect(call.credentials).not.toBe(first);
  });

  it("joins the background load under way", async () => {
    const { cache, clock } = testCache({ refresh: { loadTimeoutMs: HOUR_MS } });
    const source = testSource(clock);
    const provider = cache.provider(source);
    await provider();
    source.behaviour = "wait";
    await clock.advance(UNTIL_ADVISORY_MS);
    await provider();
    await clock.advance(UNTIL_MANDATORY_MS - UNTIL_ADVISORY_MS);
    const call = watch(provider());
    source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(call.state).toBe("answered");
    expect(source.loads).toHaveLength(2);
  });

  it("serves what is unexpired when the load fails, and asks again after the backoff", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    source.behaviour = throttled();
    await clock.advance(UNTIL_MANDATORY_MS);
    expect(await provider()).toBe(first);
    expect(await provider()).toBe(first);
    expect(source.loads).toHaveLength(2);
    await clock.advance(7.5 * SECOND_MS);
    expect(await provider()).toBe(first);
    expect(source.loads).toHaveLength(3);
  });
});

describe("with nothing cached", () => {
  it("a failure fails everybody who waits, and the next call asks again", async () => {
    const { cache, clock } = testCache();
    const failure = throttled();
    const source = testSource(clock, { behaviour: failure });
    const provider = cache.provider(source);
    expect(await Promise.all([failureOf(provider()), failureOf(provider())])).toEqual([failure, failure]);
    expect(source.loads).toHaveLength(1);
    source.behaviour = "answer";
    await expect(provider()).resolves.toHaveProperty("accessKeyId");
    expect(source.loads).toHaveLength(2);
  });
});

describe("what a source must not do", () => {
  it.each<[string, () => unknown]>([
    ["answers text", () => "credentials"],
    ["answers null", () => null],
    ["answers an empty set", () => ({})],
    ["answers an expired set", () => ({ accessKeyId: "x", secretAccessKey: "x", expiration: new Date(0) })],
    ["answers a server date that is no date", () => ({ credentials: credentials(), serverDate: "today" })],
    ["throws text", () => Promise.reject("no")],
    ["throws nothing", () => Promise.reject(undefined)],
    ["throws an error whose message is no text", () => Promise.reject(Object.assign(new Error(), { message: 42 }))],
    ["throws an error that cannot be read", () => Promise.reject(unreadableError())],
  ])("a source that %s has failed, transiently, and keeps nobody waiting", async (_, behaviour) => {
    const { cache, clock } = testCache();
    const call = watch(cache.provider(testSource(clock, { behaviour }))());
    await clock.advance(0);
    expect(call).toMatchObject({ state: "failed", error: { code: "ERR_CREDENTIALS_TRANSIENT" } });
    expect(clock.pending).toBe(0);
  });

  it("a source that throws in place of a promise has failed transiently", async () => {
    const { cache, clock } = testCache();
    const load = () => {
      throw new TypeError("a mistake");
    };
    const error = await failureOf(cache.provider(testSource(clock, { load }))());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT", cause: new TypeError("a mistake") });
  });

  it("an error of the SDK that sends a chain on to the next link still does", async () => {
    const { cache, clock } = testCache();
    const behaviour = Object.assign(new Error("not configured"), { tryNextLink: true });
    const error = await failureOf(cache.provider(testSource(clock, { behaviour }))());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_UNAVAILABLE", tryNextLink: true, cause: behaviour });
  });

  function credentials(): unknown {
    return { accessKeyId: "x", secretAccessKey: "x", expiration: new Date(Date.UTC(2027, 0, 1)) };
  }

  function unreadableError(): Error {
    return Object.defineProperty(new Error(), "message", {
      get() {
        throw new Error("unreadable");
      },
    });
  }
});

describe("a bad request", () => {
  it.each<[unknown, RegExp]>([
    [{ minRemainingMs: -1 }, /`minRemainingMs` must be .* got -1/],
    [{ minRemainingMs: Number.NaN }, /`minRemainingMs` must be .* got NaN/],
    [{ minRemainingMs: Number.POSITIVE_INFINITY }, /got Infinity/],
    [{ minRemainingMs: "60" }, /got 60/],
    [{ signal: {} }, /`signal` must be an AbortSignal; got a value of type object/],
  ])("rejects and asks nobody: %j", async (request, message) => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const error = await failureOf(cache.provider(source)(request as CredentialRequest));
    expect(error.code).toBe("ERR_CREDENTIALS_CONFIG");
    expect(error.message).toMatch(message);
    expect(source.loads).toHaveLength(0);
  });
});
