import { describe, expect, it } from "vitest";
import {
  type Arrival,
  deadlinesFor,
  defaultBackoffMs,
  errorMemoryMs,
  phaseAt,
  windowsFor,
} from "../../src/cache/refresh-policy.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../support/test-cache.js";

const NOW = Date.UTC(2026, 0, 1);
const JUST_UNDER_ONE = 1 - Number.EPSILON;

function arrival(members: Partial<Arrival> & { readonly lifetimeMs?: number } = {}): Arrival {
  const { lifetimeMs = HOUR_MS, ...rest } = members;
  const expiration = new Date(NOW + lifetimeMs);
  return { now: NOW, expiration, serverDate: undefined, askedAt: NOW, windows: {}, random: () => 0, ...rest };
}

describe("windows", () => {
  it.each([
    { lifetime: "20 min", lifetimeMs: 20 * MINUTE_MS, advisoryWindowMs: 5 * MINUTE_MS },
    { lifetime: "a moment over 20 min", lifetimeMs: 20 * MINUTE_MS + 1, advisoryWindowMs: 15 * MINUTE_MS },
    { lifetime: "a moment under 90 min", lifetimeMs: 90 * MINUTE_MS - 1, advisoryWindowMs: 15 * MINUTE_MS },
    { lifetime: "90 min", lifetimeMs: 90 * MINUTE_MS, advisoryWindowMs: 60 * MINUTE_MS },
    { lifetime: "12 h", lifetimeMs: 12 * HOUR_MS, advisoryWindowMs: 60 * MINUTE_MS },
  ])("are those of AWS's SDKs for a lifetime of $lifetime", ({ lifetimeMs, advisoryWindowMs }) => {
    expect(windowsFor(lifetimeMs, {})).toEqual({ advisoryWindowMs, mandatoryWindowMs: MINUTE_MS });
  });

  it("leave three quarters and a quarter of a short lifetime", () => {
    expect(windowsFor(2 * MINUTE_MS, {})).toEqual({ advisoryWindowMs: 90_000, mandatoryWindowMs: 30_000 });
  });

  it("follow what the user set, up to the same bounds", () => {
    const configured = { advisoryWindowMs: 10 * MINUTE_MS, mandatoryWindowMs: 2 * MINUTE_MS };
    expect(windowsFor(HOUR_MS, configured)).toEqual(configured);
    expect(windowsFor(8 * MINUTE_MS, configured)).toEqual({
      advisoryWindowMs: 6 * MINUTE_MS,
      mandatoryWindowMs: 2 * MINUTE_MS,
    });
    expect(windowsFor(4 * MINUTE_MS, configured)).toEqual({
      advisoryWindowMs: 3 * MINUTE_MS,
      mandatoryWindowMs: MINUTE_MS,
    });
  });

  it("keep the advisory window at least as long as the mandatory one", () => {
    const windows = windowsFor(HOUR_MS, { advisoryWindowMs: 0, mandatoryWindowMs: 5 * MINUTE_MS });
    expect(windows).toEqual({ advisoryWindowMs: 5 * MINUTE_MS, mandatoryWindowMs: 5 * MINUTE_MS });
  });

  it("may both be nothing", () => {
    expect(windowsFor(HOUR_MS, { advisoryWindowMs: 0, mandatoryWindowMs: 0 })).toEqual({
      advisoryWindowMs: 0,
      mandatoryWindowMs: 0,
    });
  });
});

describe("deadlines", () => {
  it("begin the refresh at the start of the advisory window when the dice say 0", () => {
    const deadlines = deadlinesFor(arrival());
    expect(deadlines).toMatchObject({
      installedAt: NOW,
      advisoryAt: NOW + 45 * MINUTE_MS,
      refreshAt: NOW + 45 * MINUTE_MS,
      mandatoryAt: NOW + 59 * MINUTE_MS,
      expiresAt: NOW + HOUR_MS,
    });
  });

  it("spread the refresh over the first half of the advisory window", () => {
    const { refreshAt } = deadlinesFor(arrival({ random: () => JUST_UNDER_ONE }));
    expect(refreshAt).toBeCloseTo(NOW + 52.5 * MINUTE_MS, -1);
    expect(deadlinesFor(arrival({ random: () => 0.5 })).refreshAt).toBe(NOW + 48.75 * MINUTE_MS);
  });

  it("never come for a set without expiration", () => {
    const deadlines = deadlinesFor({ ...arrival(), expiration: undefined });
    expect(phaseAt(8.64e15, deadlines)).toBe("valid");
    expect(deadlines.refreshAt).toBe(Number.POSITIVE_INFINITY);
  });

  it("have all passed for a set that arrives expired", () => {
    expect(phaseAt(NOW, deadlinesFor(arrival({ lifetimeMs: -1 })))).toBe("expired");
    expect(phaseAt(NOW, deadlinesFor(arrival({ lifetimeMs: 0 })))).toBe("expired");
  });
});

describe("a server's date", () => {
  it("moves the deadlines forward where the local clock is fast", () => {
    const serverDate = new Date(NOW - 10 * MINUTE_MS);
    const expiration = new Date(NOW + 50 * MINUTE_MS);
    expect(deadlinesFor(arrival({ serverDate, expiration })).expiresAt).toBe(NOW + HOUR_MS);
  });

  it("moves the deadlines back where the local clock is slow", () => {
    const serverDate = new Date(NOW + 10 * MINUTE_MS);
    const expiration = new Date(NOW + 70 * MINUTE_MS);
    expect(deadlinesFor(arrival({ serverDate, expiration })).expiresAt).toBe(NOW + HOUR_MS);
  });

  it.each([-1_999, -1, 0, 1, 1_999])("counts for nothing when it is %d ms off", (differenceMs) => {
    const serverDate = new Date(NOW + differenceMs);
    expect(deadlinesFor(arrival({ serverDate })).expiresAt).toBe(NOW + HOUR_MS);
  });

  it.each([-2_000, 2_000])("counts when it is %d ms off", (differenceMs) => {
    const serverDate = new Date(NOW + differenceMs);
    expect(deadlinesFor(arrival({ serverDate })).expiresAt).toBe(NOW + HOUR_MS - differenceMs);
  });

  it("counts for nothing when it is no date", () => {
    expect(deadlinesFor(arrival({ serverDate: new Date(Number.NaN) })).expiresAt).toBe(NOW + HOUR_MS);
  });

  it("is no sign of a wrong clock while it lies between the question and the arrival", () => {
    // A process that was frozen for 20 minutes with the answer on its way reads an old date on a right clock.
    const askedAt = NOW - 20 * MINUTE_MS;
    const serverDate = new Date(askedAt + 100);
    expect(deadlinesFor(arrival({ askedAt, serverDate })).expiresAt).toBe(NOW + HOUR_MS);
  });

  it("before the question corrects by what the question cannot explain", () => {
    const askedAt = NOW - 20 * MINUTE_MS;
    const serverDate = new Date(askedAt - 5 * MINUTE_MS);
    expect(deadlinesFor(arrival({ askedAt, serverDate })).expiresAt).toBe(NOW + 65 * MINUTE_MS);
  });
});

describe("phases", () => {
  const deadlines = deadlinesFor(arrival());

  it.each([
    { at: NOW, phase: "valid" },
    { at: NOW + 45 * MINUTE_MS - 1, phase: "valid" },
    { at: NOW + 45 * MINUTE_MS, phase: "advisory" },
    { at: NOW + 59 * MINUTE_MS - 1, phase: "advisory" },
    { at: NOW + 59 * MINUTE_MS, phase: "mandatory" },
    { at: NOW + HOUR_MS - 1, phase: "mandatory" },
    { at: NOW + HOUR_MS, phase: "expired" },
    { at: NOW + 100 * HOUR_MS, phase: "expired" },
  ])("a boundary belongs to the later phase: $phase", ({ at, phase }) => {
    expect(phaseAt(at, deadlines)).toBe(phase);
  });
});

describe("backoff", () => {
  const long = 100 * HOUR_MS;

  it("is 5 to 10 minutes while much remains", () => {
    expect(defaultBackoffMs({ attempt: 1, remainingMs: long }, () => 0)).toBe(5 * MINUTE_MS);
    expect(defaultBackoffMs({ attempt: 1, remainingMs: long }, () => JUST_UNDER_ONE)).toBeCloseTo(10 * MINUTE_MS, 0);
  });

  it("is at most a quarter of what remains", () => {
    const remainingMs = 8 * MINUTE_MS;
    expect(defaultBackoffMs({ attempt: 1, remainingMs }, () => 0)).toBe(MINUTE_MS);
    expect(defaultBackoffMs({ attempt: 1, remainingMs }, () => JUST_UNDER_ONE)).toBeCloseTo(2 * MINUTE_MS, 0);
  });

  it("is at least one second", () => {
    expect(defaultBackoffMs({ attempt: 1, remainingMs: 1 }, () => 0)).toBe(SECOND_MS);
    expect(defaultBackoffMs({ attempt: 1, remainingMs: 0 }, () => 0)).toBe(SECOND_MS);
  });

  it.each([
    { attempt: 1, ceilingMs: 1_000 },
    { attempt: 2, ceilingMs: 2_000 },
    { attempt: 6, ceilingMs: 32_000 },
    { attempt: 7, ceilingMs: 60_000 },
    { attempt: 58, ceilingMs: 60_000 },
    { attempt: 1_000, ceilingMs: 60_000 },
    { attempt: Number.MAX_SAFE_INTEGER, ceilingMs: 60_000 },
  ])("doubles past expiration up to a minute: attempt $attempt", ({ attempt, ceilingMs }) => {
    expect(defaultBackoffMs({ attempt, remainingMs: -1 }, () => JUST_UNDER_ONE)).toBeCloseTo(ceilingMs, 3);
    expect(defaultBackoffMs({ attempt, remainingMs: -1 }, () => 0)).toBe(SECOND_MS);
  });
});

it("remembers an error for 1 to 5 s", () => {
  expect(errorMemoryMs(() => 0)).toBe(1_000);
  expect(errorMemoryMs(() => JUST_UNDER_ONE)).toBeCloseTo(5_000, 3);
});
