import { defineProvider } from "../cache/provider-internals.js";
import { readMinRemainingMs, readSignal } from "../cache/read-request.js";
import type { Clock } from "../clock.js";
import { CredentialsConfigError, CredentialsExpiredError } from "../errors.js";
import type { CredentialProvider, CredentialRequest, CredentialStatus, Credentials, KeyParts } from "../types.js";

/** Credentials that are read anew at each call and need no cache. */
export interface DirectSource {
  readonly name: string;
  /** What identifies them as a signer. */
  readonly key: () => KeyParts;
  /** Answers one frozen set, the same object as long as nothing changed. Throws when there is none. */
  read(): Credentials;
  /** What to do once they have expired. */
  readonly renewal: string;
  readonly clock: Clock;
}

/** Makes a provider of something that answers at once. It holds nothing, so `invalidate` has nothing to forget. */
export function createDirectProvider(source: DirectSource): CredentialProvider {
  let last: Promise<Credentials> | undefined;
  let lastSet: Credentials | undefined;

  function provide(request: CredentialRequest = {}): Promise<Credentials> {
    try {
      readSignal(request);
      const set = source.read();
      requireLife(source, set, readMinRemainingMs(request));
      if (set !== lastSet || last === undefined) {
        lastSet = set;
        last = Promise.resolve(set);
      }
      return last;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  return defineProvider(provide, {
    name: source.name,
    status: () => statusOf(source),
    invalidate: () => {},
    internals: { key: source.key, mayPrompt: false, inHand: true },
  });
}

function requireLife(source: DirectSource, set: Credentials, minRemainingMs: number): void {
  if (set.expiration === undefined) {
    return;
  }
  const remainingMs = set.expiration.getTime() - source.clock.now();
  if (remainingMs <= 0) {
    throw new CredentialsExpiredError(
      `The credentials of ${source.name} expired at ${set.expiration.toISOString()}. ${source.renewal}`,
    );
  }
  if (remainingMs < minRemainingMs) {
    throw new CredentialsConfigError(
      `\`minRemainingMs\` asks for credentials that live ${minRemainingMs} ms more, and those of ${source.name} live ` +
        `${remainingMs} ms and cannot be refreshed. ${source.renewal}`,
    );
  }
}

function statusOf(source: DirectSource): CredentialStatus {
  const rest = { refreshing: false, origin: [source.name] };
  let set: Credentials;
  try {
    set = source.read();
  } catch {
    return { phase: "empty", ...rest };
  }
  const { accessKeyId, accountId, expiration } = set;
  const remainingMs = expiration === undefined ? Number.POSITIVE_INFINITY : expiration.getTime() - source.clock.now();
  return {
    phase: remainingMs > 0 ? "valid" : "expired",
    accessKeyId,
    ...(accountId === undefined ? {} : { accountId }),
    ...(expiration === undefined ? {} : { expiration: new Date(expiration), remainingMs }),
    ...rest,
  };
}
