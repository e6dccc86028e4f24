import { describe, expect, it } from "vitest";
import { asBackground } from "../../src/cache/provider-internals.js";
import { CredentialsExpiredError, type LoadContext } from "../../src/index.js";
import { failureOf, watch } from "../support/outcome.js";
import { HOUR_MS, MINUTE_MS, testCache } from "../support/test-cache.js";
import { credentialsFor, testSource } from "../support/test-source.js";

const background = asBackground({});

function interactive() {
  const { cache, clock } = testCache({ refresh: { keepWarm: true } });
  const source = testSource(clock, { interactive: true });
  return { cache, clock, source, provider: cache.provider(source) };
}

/** A source that signs with an interactive one, as a role behind an MFA session does. */
function derived() {
  const { cache, clock } = testCache();
  const signerSource = testSource(clock, { interactive: true, behaviour: "wait" });
  const signer = cache.provider(signerSource);
  const source = testSource(clock);
  const load = async (context: LoadContext) => {
    await signer(context.background ? background : {});
    return source.load(context);
  };
  return { clock, source, signerSource, provider: cache.provider({ ...source, load }) };
}

describe("an interactive source", () => {
  it("is never asked in the background, however much time passes", async () => {
    const { clock, source, provider } = interactive();
    const first = await provider();
    await clock.advance(59 * MINUTE_MS - 1);
    expect(await provider()).toBe(first);
    expect(await provider({ minRemainingMs: 1 })).toBe(first);
    clock.step(-50 * MINUTE_MS);
    expect(await provider()).toBe(first);
    await clock.advance(0);
    expect(source.loads).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it("is asked for whoever waits in the mandatory window", async () => {
    const { clock, source, provider, cache } = interactive();
    const first = await provider();
    await clock.advance(59 * MINUTE_MS);
    expect(await provider()).not.toBe(first);
    expect(source.loads.map((load) => load.context.background)).toEqual([false, false]);
    expect(cache.stats()).toMatchObject({ misses: 2, refreshes: 2 });
  });

  it("refuses a background request that would need a prompt, and asks nobody", async () => {
    const { source, provider } = interactive();
    const error = await failureOf(provider(background));
    expect(error).toBeInstanceOf(CredentialsExpiredError);
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_EXPIRED", needsPerson: true });
    expect(source.loads).toHaveLength(0);
    await expect(provider()).resolves.toBeDefined();
  });

  it("answers a background request from its cache", async () => {
    const { provider } = interactive();
    const first = await provider();
    expect(await provider(background)).toBe(first);
  });

  it("lets a background request join a prompt under way", async () => {
    const { clock, source, provider } = interactive();
    source.behaviour = "wait";
    const foreground = watch(provider());
    const joined = watch(provider(background));
    source.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(joined).toEqual(foreground);
    expect(joined.state).toBe("answered");
  });
});

describe("a source whose signer may prompt", () => {
  it("prompts for a foreground waiter that joined a background load", async () => {
    const { clock, source, signerSource, provider } = derived();
    const unattended = watch(provider(background));
    const attended = watch(provider());
    await clock.advance(0);
    expect(unattended).toMatchObject({ state: "failed", error: { needsPerson: true } });
    expect(attended.state).toBe("waiting");
    signerSource.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(attended.state).toBe("answered");
    expect(source.loads).toHaveLength(1);
    expect(source.loads[0]!.context.background).toBe(false);
  });

  it("prompts for the next foreground caller after a background request could not", async () => {
    const { clock, signerSource, provider } = derived();
    const unattended = await failureOf(provider(background));
    expect(unattended).toMatchObject({ needsPerson: true });
    const attended = watch(provider());
    await clock.advance(0);
    expect(attended.state).toBe("waiting");
    signerSource.loads[0]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(attended.state).toBe("answered");
  });

  it("serves what it has without further background loads until somebody has to wait", async () => {
    const { clock, source, signerSource, provider } = derived();
    const call = watch(provider());
    // The signer's session lasts 10 minutes, the derived one an hour.
    signerSource.loads[0]!.answer(credentialsFor(clock, 10 * MINUTE_MS));
    await clock.advance(45 * MINUTE_MS);
    const first = call.credentials;
    expect(await provider()).toBe(first);
    await clock.advance(0);
    for (let minute = 0; minute < 13; minute += 1) {
      expect(await provider()).toBe(first);
      await clock.advance(MINUTE_MS);
    }
    expect(signerSource.loads).toHaveLength(1);
    expect(provider.status().lastError).toBeUndefined();
    await clock.advance(MINUTE_MS);
    const waiting = watch(provider());
    await clock.advance(0);
    expect(signerSource.loads).toHaveLength(2);
    signerSource.loads[1]!.answer(credentialsFor(clock, HOUR_MS));
    await clock.advance(0);
    expect(waiting.state).toBe("answered");
    expect(waiting.credentials).not.toBe(first);
    expect(source.loads).toHaveLength(2);
  });
});
