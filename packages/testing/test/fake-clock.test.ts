import { describe, expect, test } from "vitest";
import { createFakeClock } from "../src/index.js";
import { refusalOf } from "./refusal.js";

describe("a clock is refused", () => {
  test.each<[unknown, string]>([
    ["x", "a string"],
    [{ now: "x" }, "an object"],
    [null, "null"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Infinity"],
  ])("that starts at %o", async (startAt, kind) => {
    expect(await refusalOf(() => createFakeClock(startAt as number))).toBe(
      `"startAt" must be a finite number of epoch milliseconds; got ${kind}`,
    );
  });
});

describe("time that cannot pass is refused, and none does", () => {
  const clock = createFakeClock(1000);
  test.each<[string, (ms: number) => unknown, unknown]>([
    ["advance", clock.advance, -1],
    ["advance", clock.advance, "x"],
    ["advance", clock.advance, Number.POSITIVE_INFINITY],
    ["suspend", clock.suspend, -1],
    ["suspend", clock.suspend, undefined],
    ["step", clock.step, Number.NaN],
    ["step", clock.step, "5"],
  ])("%s: %3$o", async (_name, move, ms) => {
    expect(await refusalOf(() => move(ms as number))).toContain('"ms" must be a finite number of milliseconds');
    expect(clock.now()).toBe(1000);
  });
});

test("time passes, stops and steps as it is told", async () => {
  const clock = createFakeClock(1000);
  await clock.advance(0);
  clock.suspend(10);
  clock.step(-5);
  await clock.advance(1);
  expect(clock.now()).toBe(1006);
});
