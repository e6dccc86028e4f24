import { debug } from "../diagnostics.js";
import { CredentialsTransientError } from "../errors.js";
import type { BoundSource } from "./bound-source.js";
import type { CacheEntry } from "./cache-entry.js";
import type { CachedSet } from "./cached-set.js";
import { checkAnswer } from "./credential-set.js";
import type { Engine } from "./engine.js";
import { deadlinesFor } from "./refresh-policy.js";

/** What a load answered. */
export interface Loaded {
  readonly source: BoundSource;
  readonly answer: unknown;
  /** When it was asked: a `Date` between then and now is no wrong clock. */
  readonly askedAt: number;
}

/**
 * Puts what a load answered into its entry, with everything that is decided about it now.
 *
 * @throws CredentialsTransientError when the answer is nothing usable, or has expired already.
 */
export function install(engine: Engine, entry: CacheEntry, loaded: Loaded): CachedSet {
  const { source, askedAt } = loaded;
  const now = engine.clock.now();
  const { credentials, serverDate, origin, details } = checkAnswer(loaded.answer, source.name);
  const { expiration } = credentials;
  const { rules: windows, random } = engine;
  const deadlines = deadlinesFor({ now, askedAt, expiration, serverDate, windows, random });
  if (deadlines.expiresAt <= now) {
    throw new CredentialsTransientError(
      `${source.name} answered credentials that expired at ${expiration?.toISOString()}, and it is ` +
        `${new Date(now).toISOString()} here. Check the clock of this machine, or whatever caches behind this source.`,
    );
  }
  // Named one by one: there may be a hundred thousand of these, and a spread gives each a hidden class of its own.
  const { installedAt, validFrom, advisoryAt, refreshAt, mandatoryAt, expiresAt } = deadlines;
  const set: CachedSet = {
    installedAt,
    validFrom,
    advisoryAt,
    refreshAt,
    mandatoryAt,
    expiresAt,
    credentials,
    origin: origin ?? [source.name],
    details,
  };
  entry.set = set;
  entry.answer = Promise.resolve(credentials);
  entry.validFrom = set.validFrom;
  entry.freshUntil = source.interactive === true ? set.mandatoryAt : set.refreshAt;
  entry.rejected = false;
  entry.failure = undefined;
  entry.foregroundOnly = false;
  entry.shortfall = undefined;
  entry.used = false;
  engine.counters.refreshes += 1;
  debug("%s: fresh until %s", source.name, new Date(Math.min(set.refreshAt, 8.64e15)).toISOString());
  return set;
}
