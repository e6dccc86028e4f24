const MINUTE_MS = 60_000;

/** Past this backward step of the clock, what is cached is checked with its source. The mandatory window covers less. */
const CLOCK_STEP_TOLERANCE_MS = MINUTE_MS;

/** 36 hours, the longest session of any AWS operation: GetSessionToken's. */
const LONGEST_SESSION_MS = 36 * 60 * MINUTE_MS;

/** The `Date` header counts whole seconds and travels: a smaller difference is no wrong clock. */
const SKEW_TOLERANCE_MS = 2_000;

/**
 * The moments at which a set changes phase, in epoch milliseconds of the local clock. A boundary belongs to the later
 * phase.
 */
export interface Deadlines {
  /** When the set arrived. */
  readonly installedAt: number;
  /** Before this moment the local clock has stepped back since the set arrived. */
  readonly validFrom: number;
  /** The advisory window begins. */
  readonly advisoryAt: number;
  /** The background refresh begins: a random moment of the first half of the advisory window. */
  readonly refreshAt: number;
  /** The mandatory window begins. */
  readonly mandatoryAt: number;
  /** The set expires. */
  readonly expiresAt: number;
}

/** Windows that a user set; the others follow the lifetime. */
export interface ConfiguredWindows {
  readonly advisoryWindowMs?: number | undefined;
  readonly mandatoryWindowMs?: number | undefined;
}

/** What {@link deadlinesFor} goes by. */
export interface Arrival {
  readonly now: number;
  /** When the source was asked. */
  readonly askedAt: number;
  readonly expiration: Date | undefined;
  readonly serverDate: Date | undefined;
  readonly windows: ConfiguredWindows;
  readonly random: () => number;
}

/** The advisory window AWS's SDKs agreed on, by the lifetime left when the credentials arrive. */
function defaultAdvisoryWindowMs(lifetimeMs: number): number {
  if (lifetimeMs <= 20 * MINUTE_MS) {
    return 5 * MINUTE_MS;
  }
  return lifetimeMs < 90 * MINUTE_MS ? 15 * MINUTE_MS : 60 * MINUTE_MS;
}

/**
 * The two windows of a lifetime. However they are configured, the advisory window is at most three quarters of the
 * lifetime and the mandatory one at most a quarter: a longer one would mean a refresh on every call.
 */
export function windowsFor(
  lifetimeMs: number,
  configured: ConfiguredWindows,
): { readonly advisoryWindowMs: number; readonly mandatoryWindowMs: number } {
  const advisory = configured.advisoryWindowMs ?? defaultAdvisoryWindowMs(lifetimeMs);
  const mandatory = configured.mandatoryWindowMs ?? MINUTE_MS;
  const mandatoryWindowMs = Math.min(mandatory, lifetimeMs / 4);
  return {
    advisoryWindowMs: Math.max(Math.min(advisory, (lifetimeMs * 3) / 4), mandatoryWindowMs),
    mandatoryWindowMs,
  };
}

/**
 * How far the clock of the service is ahead of ours, as far as its answer tells. 0 when the difference is noise, and
 * when the answer was merely long on its way: a process that was frozen meanwhile reads an old date on a right clock.
 */
function skewMs(arrival: Arrival): number {
  const { now, askedAt } = arrival;
  const serverMs = arrival.serverDate?.getTime() ?? now;
  const difference = serverMs > now ? serverMs - now : Math.min(0, serverMs - Math.min(askedAt, now));
  const isNoise = Math.abs(difference) < SKEW_TOLERANCE_MS || Number.isNaN(difference);
  return isNoise || outlivesEverySession(arrival, difference) ? 0 : difference;
}

/** A date so long ago that the set would live longer than AWS lets any: it is the date that is wrong. */
function outlivesEverySession(arrival: Arrival, difference: number): boolean {
  const expiresMs = arrival.expiration?.getTime() ?? arrival.now;
  return difference < 0 && expiresMs - difference - arrival.now > LONGEST_SESSION_MS;
}

/** When a set that arrives now changes phase. Without an expiration: never. */
export function deadlinesFor(arrival: Arrival): Deadlines {
  const { now, expiration, windows, random } = arrival;
  const installedAt = now;
  const validFrom = now - CLOCK_STEP_TOLERANCE_MS;
  if (expiration === undefined) {
    const never = Number.POSITIVE_INFINITY;
    return { installedAt, validFrom, advisoryAt: never, refreshAt: never, mandatoryAt: never, expiresAt: never };
  }
  const expiresAt = expiration.getTime() - skewMs(arrival);
  const { advisoryWindowMs, mandatoryWindowMs } = windowsFor(Math.max(0, expiresAt - now), windows);
  const advisoryAt = expiresAt - advisoryWindowMs;
  const mandatoryAt = expiresAt - mandatoryWindowMs;
  const refreshAt = Math.min(advisoryAt + (random() * advisoryWindowMs) / 2, mandatoryAt);
  return { installedAt, validFrom, advisoryAt, refreshAt, mandatoryAt, expiresAt };
}

/** The phase of a cached set at a moment. */
export function phaseAt(now: number, deadlines: Deadlines): "valid" | "advisory" | "mandatory" | "expired" {
  if (now >= deadlines.expiresAt) {
    return "expired";
  }
  if (now >= deadlines.mandatoryAt) {
    return "mandatory";
  }
  return now >= deadlines.advisoryAt ? "advisory" : "valid";
}

/**
 * How long the source is left alone after a failure while something is cached: 5 to 10 minutes as in AWS's SDKs, but
 * never more than a quarter of what remains, so that it cannot outlive the credentials; past expiration exponential
 * from 1 s to 60 s with full jitter. Never under 1 s.
 */
export function defaultBackoffMs(failure: BackoffInput, random: () => number): number {
  if (failure.remainingMs > 0) {
    const awsMs = (5 + 5 * random()) * MINUTE_MS;
    const quarterMs = (failure.remainingMs / 4) * (0.5 + random() / 2);
    return Math.max(1_000, Math.min(awsMs, quarterMs));
  }
  // The exponent is bounded before it is used: a shift by the number of failures has overflowed elsewhere.
  const ceilingMs = Math.min(MINUTE_MS, 1_000 * 2 ** Math.min(failure.attempt - 1, 6));
  return Math.max(1_000, ceilingMs * random());
}

/**
 * What a backoff depends on.
 *
 * @public
 */
export interface BackoffInput {
  /** How many loads have failed in a row; 1 for the first. */
  readonly attempt: number;
  /** Milliseconds the cached credentials are still good for; 0 or less once they have expired. */
  readonly remainingMs: number;
}

/** How long an error is remembered, so that a looping caller cannot hammer the source: uniform 1 to 5 s. */
export function errorMemoryMs(random: () => number): number {
  return 1_000 + 4_000 * random();
}
