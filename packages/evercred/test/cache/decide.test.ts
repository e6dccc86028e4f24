import { describe, expect, it } from "vitest";
import { type CacheEntry, createEntry } from "../../src/cache/cache-entry.js";
import type { CachedSet, Failure } from "../../src/cache/cached-set.js";
import { type Ask, decide, settleFailure } from "../../src/cache/decide.js";
import type { Flight } from "../../src/cache/flight.js";
import { deadlinesFor } from "../../src/cache/refresh-policy.js";
import { CredentialsConfigError } from "../../src/index.js";
import { denied, throttled } from "../support/errors.js";
import { randomCredentials } from "../support/random-credentials.js";
import { HOUR_MS, MINUTE_MS } from "../support/test-cache.js";

const NOW = Date.UTC(2026, 0, 1);
const VALID = NOW + 1;
const ADVISORY = NOW + 45 * MINUTE_MS;
const MANDATORY = NOW + 59 * MINUTE_MS;
const EXPIRED = NOW + HOUR_MS;
const PLAIN: Ask = {
  minRemainingMs: 0,
  force: false,
  throwTerminal: false,
  servePastExpiry: false,
  interactive: false,
};
const flight = {} as Flight;

const set: CachedSet = {
  ...deadlinesFor({
    now: NOW,
    askedAt: NOW,
    expiration: new Date(NOW + HOUR_MS),
    serverDate: undefined,
    windows: {},
    random: () => 0,
  }),
  credentials: randomCredentials(),
  origin: ["test source"],
  details: undefined,
};

function entry(members: Partial<CacheEntry> = {}): CacheEntry {
  return { ...createEntry("key", "test source"), set, ...members };
}

function failedAt(at: number, terminal = false): Failure {
  const error = terminal ? denied() : throttled();
  return { error, terminal, attempt: 1, at, retryAt: at + 5 * MINUTE_MS, rememberUntil: at + 1_000 };
}

describe("a plain request", () => {
  it.each([
    { phase: "valid", now: VALID, decision: "serve" },
    { phase: "advisory", now: ADVISORY, decision: "refresh" },
    { phase: "mandatory", now: MANDATORY, decision: "wait" },
    { phase: "expired", now: EXPIRED, decision: "wait" },
  ])("in the phase $phase: $decision", ({ now, decision }) => {
    expect(decide(entry(), PLAIN, now)).toBe(decision);
  });

  it("waits when nothing is cached", () => {
    expect(decide(entry({ set: undefined }), PLAIN, NOW)).toBe("wait");
  });

  it.each([
    { why: "a load is under way", members: { flight }, ask: PLAIN },
    { why: "the source may prompt", members: {}, ask: { ...PLAIN, interactive: true } },
    { why: "only somebody who waits may ask", members: { foregroundOnly: true }, ask: PLAIN },
    { why: "the source is backing off", members: { failure: failedAt(ADVISORY - 1) }, ask: PLAIN },
    { why: "a terminal error is remembered", members: { failure: failedAt(ADVISORY - 1, true) }, ask: PLAIN },
  ])("is served without a refresh in the advisory window while $why", ({ members, ask }) => {
    expect(decide(entry(members), ask, ADVISORY)).toBe("serve");
  });

  it("refreshes again when the backoff has passed", () => {
    const failure = failedAt(ADVISORY);
    expect(decide(entry({ failure }), PLAIN, failure.retryAt - 1)).toBe("serve");
    expect(decide(entry({ failure }), PLAIN, failure.retryAt)).toBe("refresh");
  });

  it("waits when the set was rejected, in every phase", () => {
    for (const now of [VALID, ADVISORY, MANDATORY, EXPIRED]) {
      expect(decide(entry({ rejected: true }), PLAIN, now)).toBe("wait");
    }
  });

  it("checks with the source, and is served at once, when the clock has stepped back over a minute", () => {
    expect(decide(entry(), PLAIN, NOW - MINUTE_MS)).toBe("serve");
    expect(decide(entry(), PLAIN, NOW - MINUTE_MS - 1)).toBe("refresh");
  });
});

describe("a failure in the mandatory window", () => {
  it("is served over while it backs off, when it is transient", () => {
    const failure = failedAt(MANDATORY);
    expect(decide(entry({ failure }), PLAIN, MANDATORY + 1)).toBe("serve");
    const passed = { ...failure, retryAt: MANDATORY + 1 };
    expect(decide(entry({ failure: passed }), PLAIN, MANDATORY + 1)).toBe("wait");
  });

  it("that lies in the future, before the clock stepped back, holds nobody", () => {
    expect(decide(entry({ failure: failedAt(MANDATORY + 1) }), PLAIN, MANDATORY)).toBe("wait");
    expect(decide(entry({ failure: failedAt(ADVISORY + 1) }), PLAIN, ADVISORY)).toBe("refresh");
    const terminal = failedAt(NOW + 1, true);
    expect(decide(entry({ set: undefined, failure: terminal }), PLAIN, NOW)).toBe("wait");
  });

  it("is served over when it is terminal and the set is good", () => {
    expect(decide(entry({ failure: failedAt(MANDATORY, true) }), PLAIN, MANDATORY + 1)).toBe("serve");
  });
});

describe("past expiration", () => {
  const stable: Ask = { ...PLAIN, servePastExpiry: true };

  it("a transient failure is served over by sources that are statically stable", () => {
    const failure = failedAt(EXPIRED);
    expect(decide(entry({ failure }), stable, EXPIRED + 1)).toBe("serve-stale");
    expect(decide(entry({ failure }), stable, failure.retryAt)).toBe("wait");
  });

  it("a transient failure of any other source is asked again at once", () => {
    expect(decide(entry({ failure: failedAt(EXPIRED) }), PLAIN, EXPIRED + 1)).toBe("wait");
  });

  it.each([stable, PLAIN])("a terminal failure is remembered for a moment", (ask) => {
    const failure = failedAt(EXPIRED, true);
    expect(decide(entry({ failure }), ask, EXPIRED + 1)).toBe(failure.error);
    expect(decide(entry({ failure }), ask, failure.rememberUntil)).toBe("wait");
  });
});

describe("a rejected set", () => {
  it("is served over a transient failure", () => {
    expect(decide(entry({ rejected: true, failure: failedAt(VALID) }), PLAIN, VALID + 1)).toBe("serve");
  });

  it("is not served over a terminal failure", () => {
    const failure = failedAt(VALID, true);
    expect(decide(entry({ rejected: true, failure }), PLAIN, VALID + 1)).toBe(failure.error);
  });
});

describe("a forced request", () => {
  const force: Ask = { ...PLAIN, force: true };

  it("waits whatever there is: good credentials, a backoff, a remembered error, a shortfall", () => {
    expect(decide(entry(), force, VALID)).toBe("wait");
    expect(decide(entry({ failure: failedAt(ADVISORY) }), force, ADVISORY + 1)).toBe("wait");
    expect(decide(entry({ set: undefined, failure: failedAt(NOW, true) }), force, NOW + 1)).toBe("wait");
    const shortfall = { lifetimeMs: HOUR_MS, at: NOW, until: NOW + 1_000 };
    expect(decide(entry({ shortfall }), { ...force, minRemainingMs: 2 * HOUR_MS }, VALID)).toBe("wait");
  });
});

describe("a request for a minimum lifetime", () => {
  const ask: Ask = { ...PLAIN, minRemainingMs: 30 * MINUTE_MS };

  it("is served while the set outlives it, to the millisecond", () => {
    expect(decide(entry(), ask, NOW + 30 * MINUTE_MS)).toBe("serve");
    expect(decide(entry(), ask, NOW + 30 * MINUTE_MS + 1)).toBe("wait");
  });

  it("fails with the last error while that is remembered", () => {
    const failure = failedAt(NOW + 40 * MINUTE_MS);
    expect(decide(entry({ failure }), ask, failure.at + 999)).toBe(failure.error);
    expect(decide(entry({ failure }), ask, failure.at + 1_000)).toBe("wait");
  });

  it("fails at once while a fresh set is known to fall short of it", () => {
    const shortfall = { lifetimeMs: HOUR_MS, at: NOW, until: NOW + 1_000 };
    const long: Ask = { ...PLAIN, minRemainingMs: HOUR_MS + 1 };
    expect(decide(entry({ shortfall }), long, VALID)).toBeInstanceOf(CredentialsConfigError);
    expect(decide(entry({ shortfall }), long, NOW + 1_000)).toBe("wait");
    expect(decide(entry({ shortfall }), { ...PLAIN, minRemainingMs: HOUR_MS }, VALID)).toBe("wait");
  });

  it("is not held by a shortfall from before the clock stepped back", () => {
    const shortfall = { lifetimeMs: HOUR_MS, at: NOW + HOUR_MS, until: NOW + HOUR_MS + 1_000 };
    expect(decide(entry({ shortfall }), { ...PLAIN, minRemainingMs: 2 * HOUR_MS }, VALID)).toBe("wait");
  });
});

describe("a cache that throws terminal errors", () => {
  const letter: Ask = { ...PLAIN, throwTerminal: true };

  it("throws them while they are remembered, whatever is in hand", () => {
    const failure = failedAt(ADVISORY, true);
    expect(decide(entry({ failure }), letter, ADVISORY + 1)).toBe(failure.error);
    const mandatory = failedAt(MANDATORY, true);
    expect(decide(entry({ failure: mandatory }), letter, MANDATORY + 1)).toBe(mandatory.error);
  });
});

describe("what a failed load leaves a waiter with", () => {
  const transient = { failure: failedAt(NOW), now: VALID };
  const terminal = { failure: failedAt(NOW, true), now: VALID };

  it("the set in hand, or else the error", () => {
    expect(settleFailure(entry(), PLAIN, transient)).toBe("serve");
    expect(settleFailure(entry(), PLAIN, terminal)).toBe("serve");
    expect(settleFailure(entry({ set: undefined }), PLAIN, transient)).toBe(transient.failure.error);
    expect(settleFailure(entry({ rejected: true }), PLAIN, terminal)).toBe(terminal.failure.error);
    expect(settleFailure(entry(), { ...PLAIN, throwTerminal: true }, terminal)).toBe(terminal.failure.error);
    expect(settleFailure(entry(), { ...PLAIN, minRemainingMs: HOUR_MS }, transient)).toBe(transient.failure.error);
  });
});
