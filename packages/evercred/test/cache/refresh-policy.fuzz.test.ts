import fc from "fast-check";
import { expect, it } from "vitest";
import { deadlinesFor, defaultBackoffMs, phaseAt, windowsFor } from "../../src/cache/refresh-policy.js";

const NOW = Date.UTC(2026, 0, 1);
const MONTH_MS = 31 * 24 * 3_600_000;
const PHASES = ["valid", "advisory", "mandatory", "expired"];

const lifetime = fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: MONTH_MS }));
const window = fc.option(fc.oneof(fc.integer({ min: 0, max: 600_000 }), fc.integer({ min: 0, max: MONTH_MS })), {
  nil: undefined,
});
const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const windows = fc.record({ advisoryWindowMs: window, mandatoryWindowMs: window });

it("windows never exceed three quarters and a quarter of the lifetime, and the advisory one holds the other", () => {
  const property = fc.property(lifetime, windows, (lifetimeMs, configured) => {
    const { advisoryWindowMs, mandatoryWindowMs } = windowsFor(lifetimeMs, configured);
    expect(mandatoryWindowMs).toBeGreaterThanOrEqual(0);
    expect(mandatoryWindowMs).toBeLessThanOrEqual(lifetimeMs / 4);
    expect(advisoryWindowMs).toBeLessThanOrEqual((lifetimeMs * 3) / 4);
    expect(advisoryWindowMs).toBeGreaterThanOrEqual(mandatoryWindowMs);
  });
  fc.assert(property);
});

it("the background refresh begins within the first half of the advisory window, before the mandatory one", () => {
  const property = fc.property(lifetime, windows, dice, (lifetimeMs, configured, drawn) => {
    const { advisoryAt, refreshAt, mandatoryAt, expiresAt } = deadlinesFor({
      now: NOW,
      askedAt: NOW,
      expiration: new Date(NOW + lifetimeMs),
      serverDate: undefined,
      windows: configured,
      random: () => drawn,
    });
    expect(advisoryAt).toBeGreaterThan(NOW);
    expect(refreshAt).toBeGreaterThanOrEqual(advisoryAt);
    expect(refreshAt).toBeLessThanOrEqual(advisoryAt + (expiresAt - advisoryAt) / 2 + 0.001);
    expect(refreshAt).toBeLessThanOrEqual(mandatoryAt);
    expect(mandatoryAt).toBeLessThanOrEqual(expiresAt);
  });
  fc.assert(property);
});

it("phases only ever follow one another", () => {
  const moments = fc.array(fc.integer({ min: 0, max: 2 * MONTH_MS }), { minLength: 2 });
  const property = fc.property(lifetime, windows, moments, (lifetimeMs, configured, offsets) => {
    const expiration = new Date(NOW + lifetimeMs);
    const random = () => 0;
    const deadlines = deadlinesFor({
      now: NOW,
      askedAt: NOW,
      expiration,
      serverDate: undefined,
      windows: configured,
      random,
    });
    const seen = offsets
      .toSorted((one, other) => one - other)
      .map((ms) => PHASES.indexOf(phaseAt(NOW + ms, deadlines)));
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
  });
  fc.assert(property);
});

it("the backoff is 1 s to 10 min, never outlives the credentials by more than its floor, and never overflows", () => {
  const attempt = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(1_000, Number.MAX_SAFE_INTEGER));
  const remaining = fc.oneof(fc.integer({ min: -MONTH_MS, max: MONTH_MS }), fc.constant(Number.POSITIVE_INFINITY));
  const property = fc.property(attempt, remaining, dice, (attempts, remainingMs, drawn) => {
    const backoffMs = defaultBackoffMs({ attempt: attempts, remainingMs }, () => drawn);
    expect(backoffMs).toBeGreaterThanOrEqual(1_000);
    expect(backoffMs).toBeLessThanOrEqual(
      remainingMs > 0 ? Math.max(1_000, Math.min(600_000, remainingMs / 4)) : 60_000,
    );
  });
  fc.assert(property);
});
