import { freezeCredentials } from "../cache/credential-set.js";
import { defineProvider } from "../cache/provider-internals.js";
import { readMinRemainingMs, readSignal } from "../cache/read-request.js";
import type { Clock } from "../clock.js";
import { CredentialsConfigError, CredentialsExpiredError } from "../errors.js";
import type { CredentialProvider, CredentialRequest, CredentialStatus, Credentials, KeyParts } from "../types.js";
import { type AllowedAccounts, requireAllowed, withAccount } from "./allowed-accounts.js";
import { contextOf } from "./caller-identity.js";
import { untilAborted } from "./until-aborted.js";

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
  /** The accounts they may belong to. Where they do not say theirs, STS is asked once a set. */
  readonly allowed: AllowedAccounts;
}

/** Makes a provider of something that answers at once. It holds nothing, so `invalidate` has nothing to forget. */
export function createDirectProvider(source: DirectSource): CredentialProvider {
  let last: Promise<Credentials> | undefined;
  let lastSet: Credentials | undefined;

  function provide(request: CredentialRequest = {}): Promise<Credentials> {
    try {
      const signal = readSignal(request);
      const set = source.read();
      requireLife(source, set, readMinRemainingMs(request));
      if (set !== lastSet || last === undefined) {
        lastSet = set;
        last = source.allowed === undefined ? Promise.resolve(set) : requireAccount(source, set, forget);
      }
      return signal === undefined || source.allowed === undefined ? last : untilAborted(last, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A failed look at the account is never kept. */
  function forget(set: Credentials): void {
    last = set === lastSet ? undefined : last;
  }

  return defineProvider(provide, {
    name: source.name,
    status: () => statusOf(source),
    invalidate: () => {},
    internals: {
      key: () => ({ ...source.key(), ...(source.allowed === undefined ? {} : { allowedAccountIds: source.allowed }) }),
      mayPrompt: false,
      inHand: true,
    },
  });
}

async function requireAccount(
  source: DirectSource,
  set: Credentials,
  forget: (set: Credentials) => void,
): Promise<Credentials> {
  try {
    const withTheirs = await withAccount(set, contextOf(source.clock), {});
    requireAllowed(withTheirs.accountId ?? "", source.allowed, source.name);
    return freezeCredentials(withTheirs, (reason) => new CredentialsConfigError(`${source.name}: ${reason}.`));
  } catch (error) {
    forget(set);
    throw error;
  }
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
