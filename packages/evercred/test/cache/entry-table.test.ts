import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, it } from "vitest";
import type { CacheEntry } from "../../src/cache/cache-entry.js";
import { createEntryTable, type EntryTable } from "../../src/cache/entry-table.js";
import type { Flight } from "../../src/cache/flight.js";
import type { EntryEvent } from "../../src/index.js";

const KEYS = ["a", "b", "c", "d", "e", "f"];

function held(table: EntryTable): string[] {
  return KEYS.filter((key) => table.peek(key) !== undefined);
}

function pin(entry: CacheEntry): { abandoned: number } {
  const seen = { abandoned: 0 };
  const flight: Flight = {
    background: false,
    done: new Promise(() => {}),
    join: () => () => {},
    expireIfLate() {},
    abandon() {
      seen.abandoned += 1;
    },
  };
  entry.flight = flight;
  return seen;
}

function table(maxEntries: number, keys: readonly string[]): { table: EntryTable; entries: Map<string, CacheEntry> } {
  const made = createEntryTable(maxEntries);
  return { table: made, entries: new Map(keys.map((key) => [key, made.acquire(key, `source ${key}`)])) };
}

it("keeps one entry a key", () => {
  const { table: entries } = table(3, []);
  expect(entries.acquire("a", "one")).toBe(entries.acquire("a", "other"));
  expect(entries.size).toBe(1);
});

it("evicts exactly the least recently used entry", () => {
  const { table: entries, entries: made } = table(3, ["a", "b", "c"]);
  entries.touch(made.get("a")!);
  entries.acquire("d", "d");
  expect(held(entries)).toEqual(["a", "c", "d"]);
  entries.acquire("c", "c");
  entries.acquire("e", "e");
  expect(held(entries)).toEqual(["c", "d", "e"]);
  expect(entries.evictions).toBe(2);
});

it("does not count a look as use", () => {
  const { table: entries } = table(2, ["a", "b"]);
  entries.peek("a");
  entries.acquire("c", "c");
  expect(held(entries)).toEqual(["b", "c"]);
});

it("never evicts the entry it was just asked for", () => {
  const { table: entries } = table(1, ["a"]);
  for (const key of KEYS) {
    const entry = entries.acquire(key, key);
    expect(entries.peek(key)).toBe(entry);
    expect(entries.size).toBe(1);
  }
});

it("keeps entries whose load is under way, and comes back to its bound once they have landed", () => {
  const { table: entries, entries: made } = table(2, ["a", "b"]);
  const a = made.get("a")!;
  const b = made.get("b")!;
  pin(a);
  pin(b);
  entries.acquire("c", "c");
  expect(held(entries)).toEqual(["a", "b", "c"]);
  a.flight = undefined;
  b.flight = undefined;
  entries.trim();
  expect(entries.size).toBe(2);
});

it("evicts the next one when the least recently used entry is loading", () => {
  const { table: entries, entries: made } = table(2, ["a", "b"]);
  pin(made.get("a")!);
  entries.acquire("c", "c");
  expect(held(entries)).toEqual(["a", "c"]);
});

it("forgets what an evicted entry held", () => {
  const { table: entries, entries: made } = table(1, ["a"]);
  const a = made.get("a")!;
  a.answer = Promise.resolve({ accessKeyId: "x", secretAccessKey: "x" });
  a.freshUntil = Number.POSITIVE_INFINITY;
  entries.acquire("b", "b");
  expect(a).toMatchObject({ evicted: true, answer: undefined, set: undefined, freshUntil: Number.NEGATIVE_INFINITY });
  entries.touch(a);
  expect(held(entries)).toEqual(["b"]);
});

it("abandons what is under way when it is cleared, and counts no eviction", () => {
  const { table: entries, entries: made } = table(3, ["a", "b", "c"]);
  const pinned = pin(made.get("b")!);
  entries.clear();
  expect(pinned.abandoned).toBe(1);
  expect(entries).toMatchObject({ size: 0, evictions: 0 });
  for (const key of KEYS) {
    entries.acquire(key, key);
  }
  expect(held(entries)).toEqual(["d", "e", "f"]);
});

it("says what it evicts, when somebody listens", () => {
  const events: unknown[] = [];
  const listen = (event: unknown): void => void events.push(event);
  subscribe("evercred:evict", listen);
  table(1, ["a", "b"]);
  unsubscribe("evercred:evict", listen);
  expect(events).toEqual<EntryEvent[]>([{ name: "source a", key: "a", accessKeyId: undefined }]);
});

it("keeps its order when a listener asks it for an entry in the middle of an eviction", () => {
  const { table: entries } = table(2, ["a", "b"]);
  let asked = false;
  const listen = (): void => {
    if (!asked) {
      asked = true;
      entries.acquire("f", "f");
    }
  };
  subscribe("evercred:evict", listen);
  entries.acquire("c", "c");
  unsubscribe("evercred:evict", listen);
  for (const key of ["d", "e", "d", "e"]) {
    entries.acquire(key, key);
  }
  expect(entries.size).toBe(2);
  expect(held(entries)).toEqual(["d", "e"]);
});

it("stays small with thousands of keys", () => {
  const { table: entries } = table(10, []);
  for (let key = 0; key < 5_000; key += 1) {
    entries.acquire(String(key), "many");
  }
  expect(entries).toMatchObject({ size: 10, evictions: 4_990 });
});
