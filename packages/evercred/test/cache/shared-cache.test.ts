import { afterEach, expect, it, vi } from "vitest";
import { internalsOf } from "../../src/cache/provider-internals.js";
import { fromProvider, fromStatic, sharedCache } from "../../src/index.js";
import { failureOf } from "../support/outcome.js";

afterEach(async () => {
  await sharedCache()[Symbol.asyncDispose]();
});

it("is one per process", () => {
  expect(sharedCache()).toBe(sharedCache());
  expect(Object.isFrozen(sharedCache())).toBe(true);
});

it("is one per process with two copies of the package loaded", async () => {
  const here = sharedCache();
  vi.resetModules();
  const copy = await import("../../src/index.js");
  expect(copy.sharedCache).not.toBe(sharedCache);
  expect(copy.sharedCache()).toBe(here);
});

it("keeps apart the functions that two copies adopt, and shares the keys that both hold", async () => {
  vi.resetModules();
  const copy = await import("../../src/index.js");
  const lend = (accessKeyId: string) => async () => ({ accessKeyId, secretAccessKey: "x" });
  for (const [ours, theirs] of Array.from({ length: 3 }, () => [fromProvider(lend("ours")), lend("theirs")] as const)) {
    expect(await ours()).toMatchObject({ accessKeyId: "ours" });
    expect(await copy.fromProvider(theirs)()).toMatchObject({ accessKeyId: "theirs" });
  }
  const keys = { accessKeyId: "x", secretAccessKey: "x" };
  expect(internalsOf(copy.fromStatic(keys))?.key()).toEqual(internalsOf(fromStatic(keys))?.key());
});

it("is replaced once it was disposed, and its old providers fail", async () => {
  const old = sharedCache();
  const load = async () => ({ accessKeyId: "x", secretAccessKey: "x" });
  const provider = old.provider({ name: "test source", key: {}, load });
  await provider();
  await old[Symbol.asyncDispose]();
  expect(sharedCache()).not.toBe(old);
  expect(await failureOf(provider())).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
});

it("stays when an old one is disposed a second time", async () => {
  const old = sharedCache();
  await old[Symbol.asyncDispose]();
  const now = sharedCache();
  await old[Symbol.asyncDispose]();
  expect(sharedCache()).toBe(now);
});
