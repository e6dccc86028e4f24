import { type Clock, systemClock } from "../clock.js";
import { CredentialsConfigError } from "../errors.js";
import type { RefreshRules } from "./engine.js";
import {
  requireBoolean,
  requireClock,
  requireFunction,
  requireKnown,
  requireNumber,
  requireObject,
} from "./option-checks.js";
import { type BackoffInput, defaultBackoffMs } from "./refresh-policy.js";

/**
 * When and how a cache refreshes.
 *
 * @public
 */
export interface RefreshOptions {
  /**
   * How long before expiration a refresh runs in the background, in milliseconds, 0 or more. At most three quarters of
   * the lifetime take effect. Default, by the lifetime left on arrival: up to 20 min 5 min, under 90 min 15 min, else
   * 60 min.
   */
  readonly advisoryWindowMs?: number | undefined;
  /**
   * How long before expiration a refresh is waited for, in milliseconds, 0 or more. At most a quarter of the lifetime
   * takes effect. Default: 60 000.
   */
  readonly mandatoryWindowMs?: number | undefined;
  /**
   * How long the source is left alone after a failure while something is cached, in milliseconds. An answer that is not
   * a finite number of 0 or more counts as the default, and so does an exception: uniform 5 to 10 min, at most a quarter
   * of what remains, at least 1 s; past expiration 1 s to 60 s, exponential with full jitter.
   */
  readonly backoffMs?: ((failure: BackoffInput) => number) | undefined;
  /**
   * What a failure that repeating cannot help (`AccessDenied` and its like) does while unexpired credentials are in
   * hand. `"defer"`, the default: they are served until they expire, and the failure shows in events and `status()`.
   * `"throw"`: callers get it at once, as from AWS's other SDKs.
   */
  readonly terminalErrors?: "defer" | "throw" | undefined;
  /**
   * Serve credentials past their expiration while an AWS-managed source fails (static stability). Default: true, for
   * sources that declare `staticStability`.
   */
  readonly servePastExpiry?: boolean | undefined;
  /**
   * How long one load may take, in milliseconds, from 1. Default: 30 000, and 300 000 for sources that may prompt a
   * person.
   */
  readonly loadTimeoutMs?: number | undefined;
  /** Refresh entries that are in use from a timer too, not only on access. The timer is unref'ed. Default: false. */
  readonly keepWarm?: boolean | undefined;
}

/**
 * How a cache is made.
 *
 * @public
 */
export interface CredentialCacheOptions {
  /** How many sets are kept, from 1; the least recently used goes first. Default: 10 000. */
  readonly maxEntries?: number | undefined;
  /** When and how it refreshes. */
  readonly refresh?: RefreshOptions | undefined;
  /** Where it reads the time. Default: the machine's clock. */
  readonly clock?: Clock | undefined;
  /** Where it draws jitter: a number in [0, 1). Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** The options with every default filled in. */
export interface ResolvedCacheOptions {
  readonly maxEntries: number;
  readonly rules: RefreshRules;
  readonly clock: Clock;
  readonly random: () => number;
}

const REFRESH_OPTIONS = [
  "advisoryWindowMs",
  "mandatoryWindowMs",
  "backoffMs",
  "terminalErrors",
  "servePastExpiry",
  "loadTimeoutMs",
  "keepWarm",
];

const LOAD_TIMEOUT_MS = 30_000;
const INTERACTIVE_TIMEOUT_MS = 300_000;
const LONGEST_TIMEOUT_MS = 24 * 3_600_000;

/**
 * Checks the options of a cache.
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 */
export function resolveCacheOptions(options: CredentialCacheOptions): ResolvedCacheOptions {
  requireKnown("createCredentialCache", options, ["maxEntries", "refresh", "clock", "random"]);
  const { maxEntries = 10_000, clock = systemClock, random = Math.random, refresh = {} } = options;
  requireNumber("maxEntries", maxEntries, { min: 1, integer: true });
  requireObject("refresh", refresh);
  requireKnown("`refresh`", refresh, REFRESH_OPTIONS);
  requireClock(clock);
  requireFunction("random", random);
  return { maxEntries, clock, random, rules: resolveRefreshRules(refresh, random) };
}

function resolveRefreshRules(refresh: RefreshOptions, random: () => number): RefreshRules {
  const { advisoryWindowMs, mandatoryWindowMs, backoffMs, loadTimeoutMs, terminalErrors = "defer" } = refresh;
  requireWindow("refresh.advisoryWindowMs", advisoryWindowMs);
  requireWindow("refresh.mandatoryWindowMs", mandatoryWindowMs);
  requireLoadTimeout("refresh.loadTimeoutMs", loadTimeoutMs);
  if (backoffMs !== undefined) {
    requireFunction("refresh.backoffMs", backoffMs);
  }
  if (terminalErrors !== "defer" && terminalErrors !== "throw") {
    throw new CredentialsConfigError(
      `\`refresh.terminalErrors\` must be "defer" or "throw"; got ${String(terminalErrors)}.`,
    );
  }
  return {
    advisoryWindowMs,
    mandatoryWindowMs,
    backoffMs: (failure) => ownBackoffMs(backoffMs, failure) ?? defaultBackoffMs(failure, random),
    throwTerminal: terminalErrors === "throw",
    servePastExpiry: requireBoolean("refresh.servePastExpiry", refresh.servePastExpiry ?? true),
    loadTimeoutMs: loadTimeoutMs ?? LOAD_TIMEOUT_MS,
    interactiveTimeoutMs: loadTimeoutMs ?? INTERACTIVE_TIMEOUT_MS,
    keepWarm: requireBoolean("refresh.keepWarm", refresh.keepWarm ?? false),
  };
}

/** What the user's backoff answers, where that is usable. Its own mistakes must not end a load in mid-air. */
function ownBackoffMs(backoffMs: RefreshOptions["backoffMs"], failure: BackoffInput): number | undefined {
  try {
    const value: unknown = backoffMs?.(failure);
    return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
  } catch {
    return undefined;
  }
}

function requireWindow(option: string, value: number | undefined): void {
  if (value !== undefined) {
    requireNumber(option, value, { min: 0 });
  }
}

/**
 * Checks how long a load may take: every wait is bounded.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireLoadTimeout(option: string, value: number | undefined): void {
  if (value !== undefined) {
    requireNumber(option, value, { min: 1, max: LONGEST_TIMEOUT_MS });
  }
}
