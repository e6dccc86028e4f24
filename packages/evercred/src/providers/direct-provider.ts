import { freezeCredentials } from "../cache/credential-set.js";
import { defineProvider } from "../cache/provider-internals.js";
import { readMinRemainingMs, readSignal } from "../cache/read-request.js";
import type { Clock } from "../clock.js";
import { CredentialsConfigError, CredentialsExpiredError } from "../errors.js";
import type { CredentialProvider, CredentialRequest, CredentialStatus, Credentials, KeyParts } from "../types.js";
import { type AllowedAccounts, requireAllowed } from "./allowed-accounts.js";
import { lookUpAccount } from "./caller-identity.js";
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
  /** The accounts they may belong to: STS is asked for theirs, once a set. */
  readonly allowed: AllowedAccounts;
}

/** Makes a provider of something that answers at once. It holds nothing, so `invalidate` has nothing to forget. */
export function createDirectProvider(source: DirectSource): CredentialProvider {
  const { allowed } = source;
  let last: Promise<Credentials> | undefined;
  let lastSet: Credentials | undefined;
  let known: { readonly set: Credentials; readonly accountId: string } | undefined;

  function provide(request: CredentialRequest = {}): Promise<Credentials> {
    try {
      const signal = readSignal(request);
      const set = source.read();
      requireLife(source, set, readMinRemainingMs(request));
      if (set !== lastSet || last === undefined) {
        lastSet = set;
        last = allowed === undefined ? Promise.resolve(set) : inAllowedAccount(set, request);
      }
      return signal === undefined || allowed === undefined ? last : untilAborted(last, signal);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** What STS said of a set stays said; that it could not be asked does not. */
  async function inAllowedAccount(set: Credentials, request: CredentialRequest): Promise<Credentials> {
    const { callerClientConfig } = request;
    const forget = (error: unknown): never => {
      last = set === lastSet ? undefined : last;
      throw error;
    };
    const { clock } = source;
    if (set.accountId !== undefined) {
      requireAllowed(set.accountId, allowed, source.name);
    }
    // Also where they say a right one: a variable that was left over is what the guard is for.
    const accountId = await lookUpAccount(set, { clock, callerClientConfig }).catch(forget);
    known = { set, accountId };
    requireAllowed(accountId, allowed, source.name);
    const complain = (reason: string): Error => new CredentialsConfigError(`${source.name}: ${reason}.`);
    return freezeCredentials({ ...set, accountId }, complain);
  }

  return defineProvider(provide, {
    name: source.name,
    status: () => statusOf(source, (set) => set.accountId ?? (known?.set === set ? known.accountId : undefined)),
    invalidate: () => {},
    internals: {
      key: () => ({ ...source.key(), ...(allowed === undefined ? {} : { allowedAccountIds: allowed }) }),
      mayPrompt: false,
      // One that asks STS for its account may fail to answer.
      inHand: allowed === undefined,
    },
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

function statusOf(source: DirectSource, accountOf: (set: Credentials) => string | undefined): CredentialStatus {
  const rest = { refreshing: false, origin: [source.name] };
  let set: Credentials;
  try {
    set = source.read();
  } catch {
    return { phase: "empty", ...rest };
  }
  const { accessKeyId, expiration } = set;
  const accountId = accountOf(set);
  const remainingMs = expiration === undefined ? Number.POSITIVE_INFINITY : expiration.getTime() - source.clock.now();
  return {
    phase: remainingMs > 0 ? "valid" : "expired",
    accessKeyId,
    ...(accountId === undefined ? {} : { accountId }),
    ...(expiration === undefined ? {} : { expiration: new Date(expiration), remainingMs }),
    ...rest,
  };
}
