import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { throttled } from "../support/errors.js";
import { watch } from "../support/outcome.js";
import { HOUR_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, type PendingLoad, testSource } from "../support/test-source.js";

const reason = new Error("the caller lost interest");

function hanging() {
  const { cache, clock } = testCache();
  const source = testSource(clock, { behaviour: "wait" });
  return { cache, clock, source, provider: cache.provider(source) };
}

it("frees the waiter that aborted, and nobody else", async () => {
  const { clock, source, provider } = hanging();
  const controller = new AbortController();
  const aborted = watch(provider({ signal: controller.signal }));
  const other = watch(provider());
  controller.abort(reason);
  await clock.advance(0);
  expect(aborted).toEqual({ state: "failed", error: reason });
  expect(other.state).toBe("waiting");
  expect(source.loads[0]!.context.signal.aborted).toBe(false);
  source.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
  await clock.advance(0);
  expect(other.state).toBe("answered");
});

it("lets the load go on for those who come later", async () => {
  const { clock, source, provider } = hanging();
  const controller = new AbortController();
  watch(provider({ signal: controller.signal }));
  controller.abort(reason);
  source.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
  await clock.advance(0);
  await expect(provider()).resolves.toHaveProperty("accessKeyId");
  expect(source.loads).toHaveLength(1);
});

it("rejects at once when the signal was aborted before, and asks nobody", async () => {
  const { source, provider } = hanging();
  await expect(provider({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(source.loads).toHaveLength(0);
});

it("rejects when the signal was aborted before, also with valid credentials in hand", async () => {
  const { source, provider } = hanging();
  source.behaviour = "answer";
  await provider();
  await expect(provider({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

it.each<[string, (load: PendingLoad, answer: unknown) => void]>([
  ["answers", (load, answer) => load.answer(answer)],
  ["fails", (load) => load.fail(throttled())],
])("leaves no listener on a signal whose load %s", async (_, end) => {
  const { clock, source, provider } = hanging();
  const { signal } = new AbortController();
  watch(provider({ signal }));
  watch(provider({ signal }));
  expect(getEventListeners(signal, "abort")).toHaveLength(2);
  end(source.loads[0]!, credentialsFor(clock, HOUR_MS));
  await clock.advance(0);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

it("leaves no listener behind when credentials are at hand", async () => {
  const { clock, source, provider } = hanging();
  source.behaviour = "answer";
  await provider();
  const { signal } = new AbortController();
  const calls = Array.from({ length: 20 }, () => provider({ signal }));
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  await Promise.all(calls);
  expect(clock.pending).toBe(0);
});

it("leaves no listener on a signal that outlives a timeout or a clear", async () => {
  const { cache, clock, source, provider } = hanging();
  const { signal } = new AbortController();
  const call = watch(provider({ signal }));
  cache.clear();
  await clock.advance(0);
  expect(source.loads).toHaveLength(2);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  await clock.advance(30_000);
  expect(call.state).toBe("failed");
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
});

it("is noticed when the load itself aborts the signal as it begins", async () => {
  const { cache, clock } = testCache();
  const controller = new AbortController();
  const source = testSource(clock, {
    behaviour: () => {
      controller.abort(reason);
      return new Promise(() => {});
    },
  });
  const call = watch(cache.provider(source)({ signal: controller.signal }));
  await clock.advance(0);
  expect(call).toEqual({ state: "failed", error: reason });
});

it("of a timer's signal rejects with its reason", async () => {
  const { clock, provider } = hanging();
  const controller = new AbortController();
  const call = watch(provider({ signal: AbortSignal.any([controller.signal]) }));
  controller.abort();
  await clock.advance(0);
  expect(call.error).toBeInstanceOf(DOMException);
  expect(call.error).toHaveProperty("name", "AbortError");
});
