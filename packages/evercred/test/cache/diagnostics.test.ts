import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";
import { afterEach, describe, expect, it } from "vitest";
import { hashKey } from "../../src/cache/cache-key.js";
import type { EntryEvent, KeyParts, RefreshEvent } from "../../src/index.js";
import { denied, throttled } from "../support/errors.js";
import { failureOf, watch } from "../support/outcome.js";
import { HOUR_MS, MINUTE_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, testSource } from "../support/test-source.js";

type Listener = (event: unknown) => void;
const PHASES = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;
let cleanUp: (() => void)[] = [];

afterEach(() => {
  for (const undo of cleanUp) {
    undo();
  }
  cleanUp = [];
});

function listenTo(channel: string): EntryEvent[] {
  const events: EntryEvent[] = [];
  const listener: Listener = (event) => void events.push(event as EntryEvent);
  subscribe(channel, listener);
  cleanUp.push(() => unsubscribe(channel, listener));
  return events;
}

/** The refreshes as they were when they were published. */
function listenToRefreshes(): { readonly phase: string; readonly event: RefreshEvent }[] {
  const events: { phase: string; event: RefreshEvent }[] = [];
  for (const phase of PHASES) {
    const listener: Listener = (event) => void events.push({ phase, event: { ...(event as RefreshEvent) } });
    subscribe(`tracing:evercred:refresh:${phase}`, listener);
    cleanUp.push(() => unsubscribe(`tracing:evercred:refresh:${phase}`, listener));
  }
  return events;
}

describe("evercred:refresh", () => {
  it("tells of a load as it starts and as it ends, with the new expiration and without what it brought", async () => {
    const events = listenToRefreshes();
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const credentials = await cache.provider(source)();
    await clock.advance(0);
    const seen = { name: source.name, key: hashKey(source.key as KeyParts), background: false };
    expect(events.map(({ phase }) => phase)).toEqual(["start", "end", "asyncStart", "asyncEnd"]);
    expect(events[0]?.event).toEqual(seen);
    expect(events[3]?.event).toEqual({ ...seen, expiration: credentials.expiration, result: undefined });
    expect(JSON.stringify(events)).not.toContain(credentials.secretAccessKey);
    expect(JSON.stringify(events)).not.toContain(credentials.sessionToken);
  });

  it("tells of a failure, also of one that only the answer shows", async () => {
    const events = listenToRefreshes();
    const { cache, clock } = testCache();
    const failure = throttled();
    await failureOf(cache.provider(testSource(clock, { behaviour: failure }))());
    await failureOf(cache.provider(testSource(clock, { behaviour: () => "nonsense" }))());
    await clock.advance(0);
    const errors = events.filter(({ phase }) => phase === "error").map(({ event }) => event.error);
    expect(errors).toEqual([failure, expect.objectContaining({ code: "ERR_CREDENTIALS_TRANSIENT" })]);
  });

  it("tells of a deadline at the deadline", async () => {
    const events = listenToRefreshes();
    const { cache, clock } = testCache();
    watch(cache.provider(testSource(clock, { behaviour: "wait" }))());
    await clock.advance(30_000);
    expect(events.at(-1)?.event.error).toMatchObject({ code: "ERR_CREDENTIALS_TIMEOUT" });
  });

  it("says which loads nobody waits for", async () => {
    const { cache, clock } = testCache();
    const provider = cache.provider(testSource(clock));
    await provider();
    const events = listenToRefreshes();
    await clock.advance(45 * MINUTE_MS);
    await provider();
    expect(events[0]?.event.background).toBe(true);
  });

  it("lets a tracer follow the context into the load", async () => {
    const storage = new AsyncLocalStorage<RefreshEvent>();
    const { start } = tracingChannel<RefreshEvent>("evercred:refresh");
    start.bindStore(storage, (event) => event);
    cleanUp.push(() => start.unbindStore(storage));
    const { cache, clock } = testCache();
    let seen: RefreshEvent | undefined;
    const behaviour = () => {
      seen = storage.getStore();
      return credentialsFor(clock, HOUR_MS);
    };
    const source = testSource(clock, { behaviour });
    await cache.provider(source)();
    expect(seen?.name).toBe(source.name);
  });

  it("changes nothing for whoever waits", async () => {
    listenToRefreshes();
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const first = await provider();
    expect(await provider()).toBe(first);
    source.behaviour = throttled();
    await clock.advance(45 * MINUTE_MS);
    expect(await provider()).toBe(first);
  });
});

describe("evercred:serve-stale", () => {
  it("names the set and the failure that keeps it", async () => {
    const events = listenTo("evercred:serve-stale");
    const { cache, clock } = testCache();
    const source = testSource(clock, { staticStability: true });
    const provider = cache.provider(source);
    const { accessKeyId } = await provider();
    source.behaviour = throttled();
    await clock.advance(HOUR_MS);
    await provider();
    const key = hashKey(source.key as KeyParts);
    expect(events).toEqual([{ name: source.name, key, accessKeyId, errorCode: "ERR_CREDENTIALS_TRANSIENT" }]);
  });
});

describe("evercred:invalidate", () => {
  it("names the rejected set, and keeps quiet when another one is cached", async () => {
    const events = listenTo("evercred:invalidate");
    const { cache, clock } = testCache();
    const source = testSource(clock);
    const provider = cache.provider(source);
    const { accessKeyId } = await provider();
    provider.invalidate({ accessKeyId: "another" });
    provider.invalidate({ accessKeyId });
    expect(events).toEqual([{ name: source.name, key: hashKey(source.key as KeyParts), accessKeyId }]);
  });
});

describe("evercred:evict", () => {
  it("names the set that had to go", async () => {
    const events = listenTo("evercred:evict");
    const { cache, clock } = testCache({ maxEntries: 1 });
    const [source, other] = [testSource(clock), testSource(clock)];
    const { accessKeyId } = await cache.provider(source)();
    await cache.provider(other)();
    expect(events).toEqual([{ name: source.name, key: hashKey(source.key as KeyParts), accessKeyId }]);
    expect(cache.stats()).toMatchObject({ evictions: 1, entries: 1 });
  });
});

it("a remembered error is reported once, not once a caller", async () => {
  const events = listenToRefreshes();
  const { cache, clock } = testCache();
  const provider = cache.provider(testSource(clock, { behaviour: denied() }));
  await Promise.all([failureOf(provider()), failureOf(provider())]);
  await failureOf(provider());
  expect(events.filter(({ phase }) => phase === "error")).toHaveLength(1);
});
