import { describe, expect, it } from "vitest";
import { denied, throttled } from "../support/errors.js";
import { failureOf } from "../support/outcome.js";
import { MINUTE_MS, SECOND_MS, testCache } from "../support/test-cache.js";
import { testSource } from "../support/test-source.js";

const UNTIL_ADVISORY_MS = 45 * MINUTE_MS;
const UNTIL_MANDATORY_MS = 59 * MINUTE_MS;

async function cached(terminalErrors: "defer" | "throw") {
  const { cache, clock } = testCache({ refresh: { terminalErrors } });
  const source = testSource(clock);
  const provider = cache.provider(source);
  return { clock, source, provider, first: await provider() };
}

it.each(["defer", "throw"] as const)(
  "%s: remembers a terminal error for a moment when nothing is cached",
  async (terminalErrors) => {
    const { cache, clock } = testCache({ refresh: { terminalErrors } });
    const failure = denied();
    const source = testSource(clock, { behaviour: failure });
    const provider = cache.provider(source);
    expect(await failureOf(provider())).toBe(failure);
    await clock.advance(SECOND_MS - 1);
    expect(await failureOf(provider())).toBe(failure);
    expect(source.loads).toHaveLength(1);
    source.behaviour = "answer";
    await clock.advance(1);
    await expect(provider()).resolves.toHaveProperty("accessKeyId");
  },
);

describe("deferred", () => {
  it("nobody sees a terminal error until the credentials expire", async () => {
    const { clock, source, provider, first } = await cached("defer");
    const failure = denied();
    source.behaviour = failure;
    await clock.advance(UNTIL_ADVISORY_MS);
    for (let second = 0; second < 15 * 60; second += 10) {
      expect(await provider()).toBe(first);
      // What the hot path would answer is decided too, while the error is remembered.
      await clock.advance(SECOND_MS / 2);
      expect(await provider({ minRemainingMs: 1 })).toBe(first);
      await clock.advance(9.5 * SECOND_MS);
    }
    expect(provider.status().lastError).toMatchObject({ code: "ERR_CREDENTIALS_DENIED" });
    expect(await failureOf(provider())).toBe(failure);
  });
});

describe("thrown, as from AWS's other SDKs", () => {
  it("whoever starts the refresh waits for it; everybody else is served at once", async () => {
    const { clock, source, provider, first } = await cached("throw");
    source.behaviour = "wait";
    await clock.advance(UNTIL_ADVISORY_MS);
    const failure = denied();
    const starter = failureOf(provider());
    expect(await provider()).toBe(first);
    source.loads[1]!.fail(failure);
    expect(await starter).toBe(failure);
  });

  it("a terminal error is raised at once, remembered 1 to 5 s, and then the source is asked again", async () => {
    const { clock, source, provider } = await cached("throw");
    const failure = denied();
    source.behaviour = failure;
    await clock.advance(UNTIL_ADVISORY_MS);
    expect(await failureOf(provider())).toBe(failure);
    await clock.advance(SECOND_MS - 1);
    expect(await failureOf(provider())).toBe(failure);
    expect(source.loads).toHaveLength(2);
    await clock.advance(1);
    expect(await failureOf(provider())).toBe(failure);
    expect(source.loads).toHaveLength(3);
    source.behaviour = "answer";
    await clock.advance(SECOND_MS);
    await expect(provider()).resolves.toHaveProperty("accessKeyId");
    expect(source.loads).toHaveLength(4);
  });

  it.each([UNTIL_ADVISORY_MS, UNTIL_MANDATORY_MS])("a transient failure is served over, %d ms in", async (ms) => {
    const { clock, source, provider, first } = await cached("throw");
    source.behaviour = throttled();
    await clock.advance(ms);
    expect(await provider()).toBe(first);
    await clock.advance(SECOND_MS);
    expect(await provider()).toBe(first);
    expect(source.loads).toHaveLength(2);
  });

  it("a terminal error in the mandatory window is raised although the set has not expired", async () => {
    const { clock, source, provider } = await cached("throw");
    const failure = denied();
    source.behaviour = failure;
    await clock.advance(UNTIL_MANDATORY_MS);
    expect(await failureOf(provider())).toBe(failure);
  });
});
