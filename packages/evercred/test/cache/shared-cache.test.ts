import { afterEach, expect, it, vi } from "vitest";
import { sharedCache } from "../../src/index.js";
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
