import { describe, expect, it } from "vitest";
import { throttled } from "../support/errors.js";
import { failureOf, watch } from "../support/outcome.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, testSource } from "../support/test-source.js";

const TIMEOUT_MS = 30 * SECOND_MS;

function hanging(members: Parameters<typeof testSource>[1] = {}) {
  const { cache, clock } = testCache();
  const source = testSource(clock, { behaviour: "wait", ...members });
  return { cache, clock, source, provider: cache.provider(source) };
}

describe("a source that hangs", () => {
  it("is a transient failure at the deadline, for everybody who waits", async () => {
    const { clock, source, provider } = hanging();
    const calls = [watch(provider()), watch(provider())];
    await clock.advance(TIMEOUT_MS - 1);
    expect(calls.map((call) => call.state)).toEqual(["waiting", "waiting"]);
    await clock.advance(1);
    for (const call of calls) {
      expect(call).toMatchObject({ state: "failed", error: { code: "ERR_CREDENTIALS_TIMEOUT" } });
    }
    expect(source.loads[0]!.context.signal).toMatchObject({
      aborted: true,
      reason: { code: "ERR_CREDENTIALS_TIMEOUT" },
    });
    expect(clock.pending).toBe(0);
  });

  it("does not keep the next call from asking again", async () => {
    const { clock, source, provider } = hanging();
    watch(provider());
    await clock.advance(TIMEOUT_MS);
    source.behaviour = "answer";
    await expect(provider()).resolves.toHaveProperty("accessKeyId");
  });

  it("keeps nobody from the credentials in hand", async () => {
    const { clock, source, provider } = hanging({ behaviour: "answer" });
    const first = await provider();
    source.behaviour = "wait";
    await clock.advance(59 * MINUTE_MS);
    const call = watch(provider());
    await clock.advance(TIMEOUT_MS);
    expect(call.credentials).toBe(first);
  });

  it("has as long as it says for itself", async () => {
    const { clock, source, provider } = hanging({ loadTimeoutMs: 5 });
    const call = watch(provider());
    expect(source.loads[0]!.context.deadline).toBe(clock.now() + 5);
    await clock.advance(5);
    expect(call.state).toBe("failed");
  });

  it("has five minutes when a person is asked", async () => {
    const { clock, provider } = hanging({ interactive: true });
    const call = watch(provider());
    await clock.advance(5 * MINUTE_MS - 1);
    expect(call.state).toBe("waiting");
    await clock.advance(1);
    expect(call.state).toBe("failed");
  });
});

describe("a late answer", () => {
  it("changes nothing after the deadline", async () => {
    const { clock, source, provider } = hanging();
    await Promise.all([failureOf(provider()), clock.advance(TIMEOUT_MS)]);
    source.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(provider.status()).toMatchObject({ phase: "empty", lastError: { code: "ERR_CREDENTIALS_TIMEOUT" } });
  });

  it("never replaces a newer one", async () => {
    const { clock, source, provider } = hanging();
    await Promise.all([failureOf(provider()), clock.advance(TIMEOUT_MS)]);
    const call = watch(provider());
    const newer = credentialsFor(clock, HOUR_MS);
    source.loads[1]!.answer(newer);
    await clock.advance(0);
    source.loads[0]!.answer(credentialsFor(clock, 2 * HOUR_MS));
    await clock.advance(0);
    expect((await provider()).accessKeyId).toBe(newer.accessKeyId);
    expect(await provider()).toBe(call.credentials);
  });

  it("that is a failure changes nothing either", async () => {
    const { clock, source, provider } = hanging();
    await Promise.all([failureOf(provider()), clock.advance(TIMEOUT_MS)]);
    const call = watch(provider());
    source.loads[0]!.fail(throttled());
    await clock.advance(0);
    expect(call.state).toBe("waiting");
    source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(call.state).toBe("answered");
    expect(provider.status().lastError).toBeUndefined();
  });

  it("changes nothing after a clear", async () => {
    const { cache, clock, source, provider } = hanging();
    const call = watch(provider());
    cache.clear();
    await clock.advance(0);
    source.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(call.state).toBe("waiting");
    const newer = credentialsFor(clock, HOUR_MS);
    source.loads[1]!.answer(newer);
    await clock.advance(0);
    expect(call.credentials?.accessKeyId).toBe(newer.accessKeyId);
  });

  it("counts when nobody noticed the deadline yet", async () => {
    const { clock, source, provider } = hanging();
    const call = watch(provider());
    clock.suspend(TIMEOUT_MS);
    source.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(call.state).toBe("answered");
  });
});

describe("a process that was frozen while a load was under way", () => {
  it("asks again, and nobody sees a failure", async () => {
    const { clock, source, provider } = hanging();
    const call = watch(provider());
    clock.suspend(20 * MINUTE_MS);
    await clock.advance(0);
    expect(source.loads[0]!.context.signal.aborted).toBe(true);
    expect(source.loads).toHaveLength(2);
    expect(call.state).toBe("waiting");
    source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(call.state).toBe("answered");
    expect(provider.status().lastError).toBeUndefined();
  });

  it("asks again for the first call after the thaw, before any timer ran", async () => {
    const { clock, source, provider } = hanging();
    const before = watch(provider());
    clock.suspend(20 * MINUTE_MS);
    const after = watch(provider());
    expect(source.loads).toHaveLength(2);
    source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(after.state).toBe("answered");
    expect(before.credentials).toBe(after.credentials);
    expect(source.loads).toHaveLength(2);
  });

  it("does not take the broken connection of the frozen load for a failure of the source", async () => {
    const { clock, source, provider } = hanging();
    const call = watch(provider());
    clock.suspend(20 * MINUTE_MS);
    source.loads[0]!.fail(new Error("Signature expired"));
    await clock.advance(0);
    expect(call.state).toBe("waiting");
    expect(source.loads).toHaveLength(2);
    expect(provider.status().lastError).toBeUndefined();
  });

  it("records no backoff for a background load", async () => {
    const { clock, source, provider } = hanging({ behaviour: "answer" });
    source.lifetimeMs = 12 * HOUR_MS;
    const first = await provider();
    source.behaviour = "wait";
    await clock.advance(11 * HOUR_MS);
    expect(await provider()).toBe(first);
    clock.suspend(20 * MINUTE_MS);
    expect(await provider()).toBe(first);
    expect(source.loads).toHaveLength(3);
    expect(provider.status()).toMatchObject({ refreshing: true });
    expect(provider.status().lastError).toBeUndefined();
  });

  it.each([
    { lateMs: 0, code: "ERR_CREDENTIALS_TIMEOUT" },
    { lateMs: 4_999, code: "ERR_CREDENTIALS_TIMEOUT" },
    { lateMs: 5_000, code: undefined },
  ])("is told from a slow one by how late the deadline is noticed: $lateMs ms", async ({ lateMs, code }) => {
    const { clock, provider } = hanging();
    watch(provider());
    clock.suspend(TIMEOUT_MS + lateMs);
    await clock.advance(0);
    expect(provider.status().lastError?.code).toBe(code);
  });

  it("does not believe that its clock is wrong because the answer carries an old date", async () => {
    const { clock, source, provider } = hanging();
    watch(provider());
    const credentials = credentialsFor(clock, HOUR_MS);
    const serverDate = new Date(clock.now());
    clock.suspend(20 * MINUTE_MS);
    source.loads[0]!.answer({ credentials, serverDate });
    await clock.advance(0);
    expect(provider.status().remainingMs).toBe(40 * MINUTE_MS);
  });
});

it("a deadline is kept when the clock steps back while a load is under way", async () => {
  const { clock, provider } = hanging();
  const call = watch(provider());
  clock.step(-HOUR_MS);
  await clock.advance(TIMEOUT_MS);
  expect(call).toMatchObject({ state: "failed", error: { code: "ERR_CREDENTIALS_TIMEOUT" } });
});

it("a load that clears its own cache answers whoever waits, and its set is not found again", async () => {
  const { cache, clock } = testCache();
  const source = testSource(clock);
  const load: typeof source.load = (context) => {
    if (source.loads.length === 0) {
      cache.clear();
    }
    return source.load(context);
  };
  const provider = cache.provider({ ...source, load });
  const first = await provider();
  expect(provider.status().phase).toBe("empty");
  const second = await provider();
  expect(second).not.toBe(first);
  expect(await provider()).toBe(second);
});
