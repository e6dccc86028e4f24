import { withoutAddress } from "../errors.js";
import type { CredentialPhase, CredentialStatus } from "../types.js";
import type { CacheEntry } from "./cache-entry.js";
import type { CachedSet, Failure } from "./cached-set.js";
import { phaseAt } from "./refresh-policy.js";

/** The phase of an entry: rejected credentials are at least `mandatory`. */
function phaseOf(entry: CacheEntry | undefined, now: number): CredentialPhase {
  if (entry?.set === undefined) {
    return "empty";
  }
  const phase = phaseAt(now, entry.set);
  return entry.rejected && phase !== "expired" ? "mandatory" : phase;
}

/** A snapshot of an entry, without secrets. */
export function statusOf(entry: CacheEntry | undefined, name: string, now: number): CredentialStatus {
  return {
    phase: phaseOf(entry, now),
    ...(entry?.set === undefined ? {} : describeSet(entry.set, entry.failure, now)),
    ...(entry?.failure === undefined ? {} : { lastError: describeFailure(entry.failure) }),
    refreshing: entry?.flight !== undefined,
    origin: [...(entry?.set?.origin ?? [name])],
  };
}

function describeSet(set: CachedSet, failure: Failure | undefined, now: number): Partial<CredentialStatus> {
  // After a failure the next try is what is due next.
  const refreshAt = Math.max(set.refreshAt, failure?.retryAt ?? set.refreshAt);
  const { accessKeyId, accountId, expiration } = set.credentials;
  return {
    accessKeyId,
    ...(accountId === undefined ? {} : { accountId }),
    ...(expiration === undefined
      ? {}
      : { expiration: new Date(expiration), remainingMs: set.expiresAt - now, refreshAt: new Date(refreshAt) }),
    lastRefresh: new Date(set.installedAt),
    ...(set.details === undefined ? {} : { details: { ...set.details } }),
  };
}

function describeFailure(failure: Failure): NonNullable<CredentialStatus["lastError"]> {
  return {
    code: failure.error.code,
    message: withoutAddress(failure.error.message),
    at: new Date(failure.at),
  };
}
