import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { throttled } from "../support/errors.js";
import { watch } from "../support/outcome.js";
import { HOUR_MS, MINUTE_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, testSource } from "../support/test-source.js";

const ENOUGH_NOISE_BYTES = 1_500_000;

/** Collects what can be collected: weak references are kept until the job that read them has ended. */
async function collect(): Promise<void> {
  const { gc } = globalThis;
  if (gc === undefined) {
    throw new Error("Run with --expose-gc.");
  }
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
}

/** The heap in use: the median of a few looks. */
async function heapBytes(): Promise<number> {
  const looks: number[] = [];
  for (let look = 0; look < 5; look += 1) {
    await collect();
    looks.push(process.memoryUsage().heapUsed);
  }
  return looks.toSorted((one, other) => one - other)[2] as number;
}

async function growthOf(work: () => Promise<void>): Promise<number> {
  await work();
  const before = await heapBytes();
  await work();
  return (await heapBytes()) - before;
}

describe("the heap stays where it was", () => {
  it("after a million reads", async () => {
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    await provider();
    const read = async () => {
      for (let call = 0; call < 500_000; call += 1) {
        void provider();
      }
      await provider();
    };
    expect(await growthOf(read)).toBeLessThan(ENOUGH_NOISE_BYTES);
    expect(source.loads).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it("after ten thousand refreshes, those that fail included", async () => {
    const { cache, clock } = testCache({ refresh: { keepWarm: true } });
    let loads = 0;
    const load = async () => {
      loads += 1;
      if (loads % 3 === 0) {
        throw throttled();
      }
      return credentialsFor(clock, HOUR_MS);
    };
    const provider = cache.provider({ name: "test source", key: {}, load });
    const { signal } = new AbortController();
    const refresh = async () => {
      for (let call = 0; call < 5_000; call += 1) {
        await provider({ forceRefresh: true, signal });
      }
    };
    expect(await growthOf(refresh)).toBeLessThan(ENOUGH_NOISE_BYTES);
    expect(loads).toBe(10_000);
    expect(clock.pending).toBe(1);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("after thousands of keys have come and gone", async () => {
    const { cache, clock } = testCache({ maxEntries: 10 });
    let keys = 0;
    const come = async () => {
      for (let call = 0; call < 3_000; call += 1) {
        keys += 1;
        await cache.provider({ name: "many", key: { keys }, load: async () => credentialsFor(clock, HOUR_MS) })();
      }
    };
    expect(await growthOf(come)).toBeLessThan(ENOUGH_NOISE_BYTES);
    expect(cache.stats()).toMatchObject({ entries: 10, evictions: 5_990 });
  });
});

/** A source whose loads hang, each holding something large that only it knows. */
function hungSource() {
  const held: WeakRef<object>[] = [];
  const load = (): Promise<never> => {
    const large = { body: new Array(1_000).fill(0) };
    held.push(new WeakRef(large));
    return new Promise((resolve) => {
      Object.assign(large, { resolve });
    });
  };
  return { held, source: { name: "hung source", key: {}, load } };
}

function aliveOf(held: readonly WeakRef<object>[]): number {
  return held.filter((reference) => reference.deref() !== undefined).length;
}

describe("what nobody needs any more is collected:", () => {
  it("a load that hung past its deadline", async () => {
    const { cache, clock } = testCache();
    const { held, source } = hungSource();
    const provider = cache.provider(source);
    const call = watch(provider());
    await clock.advance(30_000);
    expect(call.state).toBe("failed");
    await collect();
    expect(held).toHaveLength(1);
    expect(aliveOf(held)).toBe(0);
    expect(provider.status().phase).toBe("empty");
  });

  it("a load that was cleared away, with those that waited gone", async () => {
    const { cache, clock } = testCache();
    const { held, source } = hungSource();
    const provider = cache.provider(source);
    const controller = new AbortController();
    watch(provider({ signal: controller.signal }));
    controller.abort();
    cache.clear();
    await clock.advance(0);
    await collect();
    expect(aliveOf(held)).toBe(0);
    expect(cache.stats().entries).toBe(0);
  });

  it("the credentials of an evicted entry, although its provider lives", async () => {
    const { cache, clock } = testCache({ maxEntries: 1 });
    const load = async () => credentialsFor(clock, HOUR_MS);
    const provider = cache.provider({ name: "evicted", key: { n: 1 }, load });
    const held = [new WeakRef<object>(await provider())];
    await cache.provider({ name: "other", key: { n: 2 }, load })();
    await collect();
    expect(aliveOf(held)).toBe(0);
    expect(provider.status().phase).toBe("empty");
  });

  it("credentials that fresh ones replaced", async () => {
    const { cache, clock } = testCache();
    const load = async () => credentialsFor(clock, HOUR_MS);
    const provider = cache.provider({ name: "replaced", key: {}, load });
    const held = [new WeakRef<object>(await provider())];
    await clock.advance(45 * MINUTE_MS);
    await provider();
    await clock.advance(0);
    await provider();
    await collect();
    expect(aliveOf(held)).toBe(0);
  });

  it("a provider that nobody holds, although its entry lives", async () => {
    const { cache, clock } = testCache();
    const load = async () => credentialsFor(clock, HOUR_MS);
    const held = await (async () => {
      const provider = cache.provider({ name: "dropped", key: {}, load });
      await provider();
      return [new WeakRef<object>(provider)];
    })();
    await collect();
    expect(aliveOf(held)).toBe(0);
    expect(cache.stats().entries).toBe(1);
  });
});
