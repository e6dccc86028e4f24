import { expect, onTestFinished, test, vi } from "vitest";
import { createDelays } from "../../src/http/delays.js";

function fakeTimers(): void {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

test("a delay ends after its time", async () => {
  fakeTimers();
  const delays = createDelays();
  let ended = false;
  const delay = delays.delay(1000).then(() => {
    ended = true;
  });
  await vi.advanceTimersByTimeAsync(999);
  expect(ended).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await delay;
  expect(vi.getTimerCount()).toBe(0);
});

test("cancelled delays leave no timer behind", () => {
  fakeTimers();
  const delays = createDelays();
  delays.delay(1000).catch(() => expect.unreachable());
  delays.delay(2000).catch(() => expect.unreachable());
  delays.cancelAll();
  expect(vi.getTimerCount()).toBe(0);
});
