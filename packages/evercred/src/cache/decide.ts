import { CredentialsConfigError, type CredentialsError } from "../errors.js";
import type { CacheEntry } from "./cache-entry.js";
import type { CachedSet, Failure } from "./cached-set.js";
import { phaseAt } from "./refresh-policy.js";

/** One request, with the rules of its cache and its source. */
export interface Ask {
  readonly minRemainingMs: number;
  readonly force: boolean;
  /** The cache throws terminal errors even while valid credentials are in hand. */
  readonly throwTerminal: boolean;
  /** The source's credentials may be served past their expiration while it fails. */
  readonly servePastExpiry: boolean;
  /** The source may prompt a person. */
  readonly interactive: boolean;
}

/** What to do for a request: `refresh` serves at once and refreshes behind it; an error is thrown as it is. */
export type Decision = "serve" | "serve-stale" | "refresh" | "wait" | CredentialsError;

/** Decides by the wall clock at use, and by nothing that is not in its arguments. */
export function decide(entry: CacheEntry, ask: Ask, now: number): Decision {
  const { set, failure } = entry;
  if (set === undefined) {
    return !ask.force && failure?.terminal === true && isRemembered(failure, now) ? failure.error : "wait";
  }
  const phase = phaseAt(now, set);
  const inHand = (phase === "valid" || phase === "advisory") && !entry.rejected && fits(set, ask, now);
  return inHand && !ask.force ? decideAhead(entry, set, { ask, now }) : decideLate(entry, ask, now);
}

/** Good credentials are in hand: nobody waits, and nobody fails unless the cache was told to. */
function decideAhead(entry: CacheEntry, set: CachedSet, at: { readonly ask: Ask; readonly now: number }): Decision {
  const { ask, now } = at;
  const { failure } = entry;
  if (ask.throwTerminal && failure?.terminal === true && isRemembered(failure, now)) {
    return failure.error;
  }
  const due = now >= set.refreshAt || now < set.validFrom;
  const held = entry.flight !== undefined || ask.interactive || entry.foregroundOnly || isBackingOff(failure, now);
  return due && !held ? "refresh" : "serve";
}

/** The mandatory path: wait for a load, unless the last one failed a moment ago. */
function decideLate(entry: CacheEntry, ask: Ask, now: number): Decision {
  const { set, failure, shortfall } = entry;
  if (ask.force || set === undefined) {
    return "wait";
  }
  const known = shortfall !== undefined && shortfall.at <= now && now < shortfall.until;
  if (known && ask.minRemainingMs > shortfall.lifetimeMs) {
    return shortfallError(ask.minRemainingMs, shortfall.lifetimeMs);
  }
  if (entry.flight !== undefined || failure === undefined) {
    return "wait";
  }
  const settled = settleFailure(entry, ask, { failure, now });
  if (typeof settled === "string") {
    return isBackingOff(failure, now) ? settled : "wait";
  }
  const worthRemembering = failure.terminal || now < set.expiresAt;
  return worthRemembering && isRemembered(failure, now) ? settled : "wait";
}

/** What a request gets out of a failed load. */
export function settleFailure(
  entry: CacheEntry,
  ask: Ask,
  at: { readonly failure: Pick<Failure, "error" | "terminal">; readonly now: number },
): "serve" | "serve-stale" | CredentialsError {
  const { failure, now } = at;
  const { set } = entry;
  if (set === undefined || !fits(set, ask, now)) {
    return failure.error;
  }
  const unexpired = now < set.expiresAt;
  if (failure.terminal) {
    return unexpired && !entry.rejected && !ask.throwTerminal ? "serve" : failure.error;
  }
  if (unexpired) {
    return "serve";
  }
  return ask.servePastExpiry ? "serve-stale" : failure.error;
}

/** Whether a set outlives what was asked for. */
export function fits(set: Pick<CachedSet, "expiresAt">, ask: Pick<Ask, "minRemainingMs">, now: number): boolean {
  return ask.minRemainingMs === 0 || set.expiresAt - now >= ask.minRemainingMs;
}

/** A failure from "the future" was recorded before the clock stepped back: it holds nobody up. */
function isBackingOff(failure: Failure | undefined, now: number): boolean {
  return failure !== undefined && failure.at <= now && now < failure.retryAt;
}

function isRemembered(failure: Failure, now: number): boolean {
  return failure.at <= now && now < failure.rememberUntil;
}

/** Even a fresh set cannot reach what was asked for. */
export function shortfallError(minRemainingMs: number, lifetimeMs: number): CredentialsConfigError {
  return new CredentialsConfigError(
    `\`minRemainingMs\` asks for credentials that live ${minRemainingMs} ms more, and a fresh set lives ` +
      `${Math.max(0, Math.floor(lifetimeMs))} ms. Ask for less, or for longer sessions (\`durationSeconds\`).`,
  );
}
