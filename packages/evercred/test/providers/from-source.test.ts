import { createCredentialCache, fromSource, type SourceOptions } from "evercred";
import { expect, it } from "vitest";

const KEYS = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

it("shares an entry where name and key are equal, and with no source of another name", async () => {
  const cache = createCredentialCache();
  const make = (name: string, path: string) => fromSource({ name, key: { path }, load: async () => KEYS, cache });
  const one = await make("vault", "a")();
  expect(await make("vault", "a")()).toBe(one);
  expect(await make("vault", "b")()).not.toBe(one);
  expect(await make("safe", "a")()).not.toBe(one);
});

it("asks a key that is a function whenever credentials are not at hand", async () => {
  const cache = createCredentialCache();
  let path = "a";
  let loads = 0;
  const load = async () => {
    loads += 1;
    return KEYS;
  };
  const provider = fromSource({ name: "vault", key: () => ({ path }), load, cache });
  await provider();
  path = "b";
  await provider({ forceRefresh: true });
  path = "a";
  await provider({ minRemainingMs: 1 });
  expect(loads).toBe(2);
});

it("calls load as the method it is", async () => {
  const source = {
    name: "stateful",
    key: {},
    cache: createCredentialCache(),
    keys: KEYS,
    async load() {
      return this.keys;
    },
  };
  expect(await fromSource(source)()).toMatchObject(KEYS);
});

it.each<[string, unknown]>([
  ["nothing", undefined],
  ["no key", { name: "vault", load: async () => KEYS }],
  ["no load", { name: "vault", key: {} }],
  ["a switch that is a word", { name: "vault", key: {}, load: async () => KEYS, interactive: "yes" }],
  ["an empty name", { name: "", key: {}, load: async () => KEYS }],
])("refuses %s", (_what, options) => {
  expect(() => fromSource(options as SourceOptions)).toThrow(
    expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }),
  );
});

it.each<[string, () => unknown, RegExp]>([
  ["undefined", () => undefined, /`key` of tenant must be an object .*got undefined/],
  ["an array", () => ["a"], /`key` of tenant must be an object .*got an array/],
  [
    "an exception",
    () => {
      throw new Error("no context");
    },
    /`key` of tenant failed with Error: no context/,
  ],
])("gives nobody an entry when its key function answers %s", async (_what, key, message) => {
  const provider = fromSource({
    name: "tenant",
    key: key as () => Record<string, string>,
    load: async () => KEYS,
    cache: createCredentialCache(),
  });
  await expect(provider()).rejects.toMatchObject({
    code: "ERR_CREDENTIALS_CONFIG",
    message: expect.stringMatching(message),
  });
});
