import { describe, expect, it } from "vitest";
import { resolveCacheOptions } from "../../src/cache/cache-options.js";
import { type CredentialCacheOptions, CredentialsConfigError, createCredentialCache } from "../../src/index.js";

it.each<[unknown, RegExp]>([
  [null, /The options of createCredentialCache must be an object; got null/],
  ["x", /The options of createCredentialCache must be an object; got a value of type string/],
  [{ advisoryWindowMs: 5 }, /createCredentialCache has no option `advisoryWindowMs`. It takes maxEntries, refresh/],
  [{ refresh: { advisoryWindow: 5 } }, /`refresh` has no option `advisoryWindow`. Did you mean `advisoryWindowMs`\?/],
  [{ maxEntries: 0 }, /`maxEntries` must be a whole number, 1 or more; got 0/],
  [{ maxEntries: 1.5 }, /`maxEntries` must be a whole number, 1 or more; got 1.5/],
  [{ maxEntries: Number.NaN }, /`maxEntries` .*got NaN/],
  [{ maxEntries: Number.POSITIVE_INFINITY }, /`maxEntries` .*got Infinity/],
  [{ maxEntries: "10" }, /`maxEntries` must be a whole number, 1 or more; got a value of type string/],
  [{ maxEntries: Symbol("many") }, /`maxEntries` .*got a value of type symbol/],
  [{ clock: {} }, /`clock` must have the methods now\(\) and schedule\(callback, delayMs\)/],
  [{ clock: null }, /`clock` must have .*got null/],
  [{ clock: { now: 1, schedule() {} } }, /`clock` must have .*got a value of type object/],
  [{ random: 4 }, /`random` must be a function; got a value of type number/],
  [{ refresh: null }, /`refresh` must be an object; got null/],
  [{ refresh: { advisoryWindowMs: -1 } }, /`refresh.advisoryWindowMs` must be a finite number, 0 or more; got -1/],
  [{ refresh: { advisoryWindowMs: Number.POSITIVE_INFINITY } }, /`refresh.advisoryWindowMs` .*got Infinity/],
  [{ refresh: { mandatoryWindowMs: Number.NaN } }, /`refresh.mandatoryWindowMs` .*got NaN/],
  [{ refresh: { mandatoryWindowMs: "60" } }, /`refresh.mandatoryWindowMs` .*got a value of type string/],
  [{ refresh: { loadTimeoutMs: 0 } }, /`refresh.loadTimeoutMs` must be a finite number, 1 to 86400000; got 0/],
  [{ refresh: { loadTimeoutMs: 86_400_001 } }, /`refresh.loadTimeoutMs` .*got 86400001/],
  [{ refresh: { backoffMs: 5 } }, /`refresh.backoffMs` must be a function; got a value of type number/],
  [{ refresh: { terminalErrors: "ignore" } }, /`refresh.terminalErrors` must be "defer" or "throw"; got ignore/],
  [
    { refresh: { servePastExpiry: "no" } },
    /`refresh.servePastExpiry` must be true or false; got a value of type string/,
  ],
  [{ refresh: { keepWarm: 1 } }, /`refresh.keepWarm` must be true or false; got a value of type number/],
])("a bad option names itself, its bound and what came: %#", (options, message) => {
  const make = () => createCredentialCache(options as CredentialCacheOptions);
  expect(make).toThrow(CredentialsConfigError);
  expect(make).toThrow(message);
});

it("fills in the defaults", () => {
  const { maxEntries, rules } = resolveCacheOptions({});
  expect(maxEntries).toBe(10_000);
  expect(rules).toMatchObject({
    advisoryWindowMs: undefined,
    mandatoryWindowMs: undefined,
    throwTerminal: false,
    servePastExpiry: true,
    loadTimeoutMs: 30_000,
    interactiveTimeoutMs: 300_000,
    keepWarm: false,
  });
});

it("takes undefined for the default everywhere", () => {
  const refresh = {
    advisoryWindowMs: undefined,
    mandatoryWindowMs: undefined,
    backoffMs: undefined,
    terminalErrors: undefined,
    servePastExpiry: undefined,
    loadTimeoutMs: undefined,
    keepWarm: undefined,
  };
  const options = { maxEntries: undefined, clock: undefined, random: undefined, refresh };
  expect(resolveCacheOptions(options).maxEntries).toBe(10_000);
});

it("gives interactive sources the time that was set for all", () => {
  expect(resolveCacheOptions({ refresh: { loadTimeoutMs: 7 } }).rules).toMatchObject({
    loadTimeoutMs: 7,
    interactiveTimeoutMs: 7,
  });
});

describe("a backoff of one's own", () => {
  const failure = { attempt: 3, remainingMs: 0 };

  function backoffOf(backoffMs: (given: typeof failure) => unknown): number {
    const options = { random: () => 0, refresh: { backoffMs: backoffMs as () => number } };
    return resolveCacheOptions(options).rules.backoffMs(failure);
  }

  it("is taken when it is a number of 0 or more", () => {
    expect(backoffOf((given) => given.attempt * 100)).toBe(300);
    expect(backoffOf(() => 0)).toBe(0);
  });

  it.each([[Number.NaN], [-1], [Number.POSITIVE_INFINITY], ["5"], [undefined], [null]])(
    "counts as the default when it is %s",
    (value) => {
      expect(backoffOf(() => value)).toBe(1_000);
    },
  );

  it("counts as the default when it throws", () => {
    const throwing = () => {
      throw new Error("a mistake in the program");
    };
    expect(backoffOf(throwing)).toBe(1_000);
  });
});
