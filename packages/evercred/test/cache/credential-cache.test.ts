import { describe, expect, it } from "vitest";
import { type CredentialSource, createCredentialCache, type KeyParts } from "../../src/index.js";
import { throttled } from "../support/errors.js";
import { failureOf, watch } from "../support/outcome.js";
import { HOUR_MS, MINUTE_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, testSource } from "../support/test-source.js";

describe("a provider", () => {
  it("is what an SDK client takes, and cannot be changed", () => {
    const { cache, clock } = testCache();
    const source = testSource(clock, { name: "assume-role arn:… ← profile dev" });
    const provider = cache.provider(source);
    expect(provider).toBeTypeOf("function");
    expect([provider.memoized, provider.name]).toEqual([true, source.name]);
    expect(Object.isFrozen(provider)).toBe(true);
    expect(Object.keys(provider)).toEqual(["memoized", "status", "invalidate"]);
  });

  it("asks for its key when credentials are not at hand, and follows it", async () => {
    const { cache, clock } = testCache();
    const parts = { variable: "one" };
    let asked = 0;
    const key = (): KeyParts => {
      asked += 1;
      return { ...parts };
    };
    const provider = cache.provider(testSource(clock, { key }));
    expect(asked).toBe(0);
    const first = await provider();
    await provider();
    expect(asked).toBe(1);
    parts.variable = "two";
    const second = await provider({ forceRefresh: true });
    expect(second).not.toBe(first);
    parts.variable = "one";
    expect(await provider({ minRemainingMs: 1 })).toBe(first);
  });

  it("rejects with what makes its key impossible", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock, { key: { when: new Date(0) } as unknown as KeyParts });
    expect(await failureOf(cache.provider(source)())).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(cache.stats().entries).toBe(0);
  });
});

describe("a bad source", () => {
  const good = { name: "x", key: {}, load: async () => ({ accessKeyId: "x", secretAccessKey: "x" }) };

  it.each<[unknown, string]>([
    [undefined, "`name`"],
    [null, "`name`"],
    [{ ...good, name: "" }, "`name`"],
    [{ ...good, key: undefined }, "`key`"],
    [{ ...good, key: "x" }, "`key`"],
    [{ ...good, load: undefined }, "`load`"],
    [{ ...good, loadTimeoutMs: Number.NaN }, "`loadTimeoutMs` must be a finite number, 1 to 86400000; got NaN"],
    [{ ...good, loadTimeoutMs: 0 }, "got 0"],
    [{ ...good, loadTimeoutMs: Number.POSITIVE_INFINITY }, "got Infinity"],
  ])("is refused when it is bound: %#", (source, said) => {
    expect(() => createCredentialCache().provider(source as CredentialSource)).toThrow(said);
  });
});

describe("stats", () => {
  it("count each call once, as a hit or as a miss", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock, { staticStability: true });
    const provider = cache.provider(source);
    await Promise.all([provider(), provider(), provider()]);
    expect(cache.stats()).toEqual({
      hits: 0,
      misses: 3,
      refreshes: 1,
      failures: 0,
      staleServed: 0,
      coalesced: 2,
      evictions: 0,
      entries: 1,
    });
    await provider();
    await provider({ minRemainingMs: 1 });
    expect(cache.stats()).toMatchObject({ hits: 2, misses: 3 });
    source.behaviour = throttled();
    await clock.advance(45 * MINUTE_MS);
    await provider();
    await clock.advance(0);
    expect(cache.stats()).toMatchObject({ hits: 3, misses: 3, failures: 1 });
    await clock.advance(15 * MINUTE_MS);
    await provider();
    expect(cache.stats()).toMatchObject({ hits: 3, misses: 4, failures: 2, staleServed: 1 });
    await provider();
    expect(cache.stats()).toMatchObject({ hits: 4, misses: 4, failures: 2, staleServed: 2 });
  });

  it("are a snapshot", async () => {
    const { cache, clock } = testCache();
    const before = cache.stats();
    await cache.provider(testSource(clock))();
    expect(before.refreshes).toBe(0);
  });
});

describe("maxEntries", () => {
  it("bounds what is kept, and the least recently read goes first", async () => {
    const { cache, clock } = testCache({ maxEntries: 2 });
    const [a, b, c] = [testSource(clock), testSource(clock), testSource(clock)];
    const [readA, readB, readC] = [cache.provider(a), cache.provider(b), cache.provider(c)];
    await readA();
    await readB();
    await readA();
    await readC();
    expect(cache.stats()).toMatchObject({ entries: 2, evictions: 1 });
    await readA();
    expect(a.loads).toHaveLength(1);
    await readB();
    expect(b.loads).toHaveLength(2);
  });

  it("is exceeded by loads under way only, each of which happens once", async () => {
    const { cache, clock } = testCache({ maxEntries: 1 });
    const sources = [1, 2, 3].map(() => testSource(clock, { behaviour: "wait" }));
    const providers = sources.map((source) => cache.provider(source));
    const calls = [...providers, ...providers].map((provider) => watch(provider()));
    expect(cache.stats().entries).toBe(3);
    for (const source of sources) {
      expect(source.loads).toHaveLength(1);
      source.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
    }
    await clock.advance(0);
    expect(calls.every((call) => call.state === "answered")).toBe(true);
    expect(cache.stats().entries).toBe(1);
  });

  it("is kept when loads are abandoned because the process was frozen", async () => {
    const { cache, clock } = testCache({ maxEntries: 1 });
    const controller = new AbortController();
    for (const source of [1, 2, 3].map(() => testSource(clock, { behaviour: "wait" }))) {
      watch(cache.provider(source)({ signal: controller.signal }));
    }
    controller.abort();
    expect(cache.stats().entries).toBe(3);
    clock.suspend(HOUR_MS);
    await clock.advance(0);
    expect(cache.stats().entries).toBe(1);
  });
});

describe("clear", () => {
  it("forgets everything, remembered errors too", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    cache.clear();
    expect(provider.status().phase).toBe("empty");
    expect(cache.stats()).toMatchObject({ entries: 0, evictions: 0 });
    expect(await provider()).not.toBe(first);
  });

  it("abandons loads under way: whoever waits asks again, and shares that load too", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock, { behaviour: "wait" });
    const provider = cache.provider(source);
    const calls = [watch(provider()), watch(provider({ forceRefresh: true }))];
    cache.clear();
    expect(source.loads[0]!.context.signal.aborted).toBe(true);
    await clock.advance(0);
    expect(source.loads).toHaveLength(2);
    source.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(calls.map((call) => call.state)).toEqual(["answered", "answered"]);
    expect(clock.pending).toBe(0);
  });
});

describe("dispose", () => {
  it("makes every provider fail, those that wait included", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock, { behaviour: "wait" });
    const filled = cache.provider(testSource(clock));
    await filled();
    const waiting = watch(cache.provider(source)());
    await cache[Symbol.asyncDispose]();
    await clock.advance(0);
    expect(waiting).toMatchObject({ state: "failed", error: { code: "ERR_CREDENTIALS_CONFIG" } });
    const error = await failureOf(filled());
    expect(error.code).toBe("ERR_CREDENTIALS_CONFIG");
    expect(error.message).toContain("belongs to a cache that was disposed");
    expect(filled.status().phase).toBe("empty");
    expect(cache.stats().entries).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it("may be repeated", async () => {
    const { cache } = testCache();
    await cache[Symbol.asyncDispose]();
    await expect(cache[Symbol.asyncDispose]()).resolves.toBeUndefined();
  });
});
