import { kindOf } from "../cache/option-checks.js";
import { defineProvider, internalsOf, type ProviderInternals } from "../cache/provider-internals.js";
import { readSignal } from "../cache/read-request.js";
import {
  CredentialsChainError,
  CredentialsConfigError,
  type CredentialsError,
  isCredentialsError,
  withoutAddress,
} from "../errors.js";
import { fromProvider, type SdkCredentialProvider } from "../providers/from-provider.js";
import type { CredentialProvider, CredentialRequest, CredentialStatus, Credentials, KeyParts } from "../types.js";

/**
 * The first provider that has credentials. Links that say they are not configured here are passed over; any other
 * failure stops the chain with that link's own error. It keeps to the link that worked, and starts again from the top
 * only when that link becomes unavailable.
 *
 * Calls fail with `ERR_CREDENTIALS_CHAIN` when no link has credentials: the message has a line a link.
 *
 * @param links - Ours, or any of the SDK's; the latter are adopted with {@link fromProvider}.
 * @throws {@link CredentialsConfigError} without links, or when one is no function.
 * @public
 */
export function chain(...links: readonly SdkCredentialProvider[]): CredentialProvider {
  if (links.length === 0) {
    throw new CredentialsConfigError("chain needs at least one provider: chain(fromEnv(), …).");
  }
  const providers = links.map((link, index) => fromProvider(requireLink(link, index)));
  const state: ChainState = { providers, active: undefined, passedOver: [], settled: undefined };

  function provide(request?: CredentialRequest): Promise<Credentials> {
    const { active } = state;
    if (active === undefined) {
      return search(state, request);
    }
    const answer = active(request);
    // The link's own cached promise: it was good before, and nothing is to be caught.
    return answer === state.settled ? answer : keepOrSearch(state, { answer, from: active, request });
  }

  return defineProvider(provide, {
    name: `chain(${providers.map(({ name }) => name).join(", ")})`,
    status: () => statusOf(state),
    invalidate: (rejected) => state.active?.invalidate(rejected),
    internals: describeLinks(state),
  });
}

function requireLink(link: unknown, index: number): SdkCredentialProvider {
  if (typeof link !== "function") {
    const advice = Array.isArray(link) ? "Spread the list: chain(...links)." : "Keys in hand go through fromStatic.";
    throw new CredentialsConfigError(
      `chain takes provider functions; its link ${index + 1} is ${kindOf(link)}. ${advice}`,
    );
  }
  return link as SdkCredentialProvider;
}

interface ChainState {
  readonly providers: readonly CredentialProvider[];
  /** The link that worked. */
  active: CredentialProvider | undefined;
  /** Why the links before it had none. */
  passedOver: readonly CredentialsError[];
  /** The last promise of the active link that is known to have credentials. */
  settled: Promise<Credentials> | undefined;
}

async function keepOrSearch(
  state: ChainState,
  from: { answer: Promise<Credentials>; from: CredentialProvider; request: CredentialRequest | undefined },
): Promise<Credentials> {
  try {
    const credentials = await from.answer;
    state.settled = from.answer;
    return credentials;
  } catch (error) {
    if (!goesOn(error)) {
      throw error;
    }
    if (state.active === from.from) {
      state.active = undefined;
      state.settled = undefined;
    }
    return search(state, from.request);
  }
}

async function search(state: ChainState, request: CredentialRequest | undefined): Promise<Credentials> {
  readSignal(request ?? {});
  const passedOver: CredentialsError[] = [];
  for (const provider of state.providers) {
    try {
      // One after the other: a link is asked only when the one before it has nothing.
      const credentials = await provider(request);
      state.active = provider;
      state.passedOver = passedOver;
      return credentials;
    } catch (error) {
      if (!goesOn(error)) {
        throw error;
      }
      passedOver.push(error);
    }
  }
  state.passedOver = passedOver;
  throw nothingFound(state.providers, passedOver);
}

/** Not configured here; everything else stops the chain. */
function goesOn(error: unknown): error is CredentialsError {
  return isCredentialsError(error) && error.tryNextLink;
}

function nothingFound(providers: readonly CredentialProvider[], errors: readonly CredentialsError[]): CredentialsError {
  const lines = errors.map(
    (error, index) => `\n  ${index + 1}. ${providers[index]?.name}: ${withoutAddress(error.message)}`,
  );
  return new CredentialsChainError(
    `None of the ${errors.length} providers has credentials:${lines.join("")}\n`,
    errors,
  );
}

/** What a chain is as a signer. */
function describeLinks(state: ChainState): ProviderInternals {
  const links = state.providers.map(internalsOf);
  const sessions = new Set(links.map((link) => link?.session));
  return {
    key: () => keyOfLinks(links, state.active === undefined ? 0 : state.providers.indexOf(state.active)),
    mayPrompt: links.some((link) => link?.mayPrompt === true),
    // Only where every link gives the same kind.
    session: sessions.size === 1 ? links[0]?.session : undefined,
  };
}

/**
 * Who signs: the first link that holds its credentials in hand, for it is the one that answers; else the links that may.
 * A link before the one that works is not asked, also when it has credentials in hand by now.
 */
function keyOfLinks(links: readonly (ProviderInternals | undefined)[], active: number): KeyParts {
  const possible: KeyParts[] = [];
  // One that worked and cannot tell its key any more is gone: then the chain starts again from the top.
  const first = keyOf(links[active]) === undefined ? 0 : active;
  for (const [index, link] of links.entries()) {
    const inHand = link?.inHand === true;
    const key = inHand && index < first ? undefined : keyOf(link);
    if (key !== undefined && inHand && possible.length === 0) {
      return key;
    }
    possible.push(...(key === undefined ? [] : [key]));
  }
  return { chain: possible };
}

function keyOf(link: ProviderInternals | undefined): KeyParts | undefined {
  try {
    return link?.key();
  } catch {
    // A link that is not configured identifies nobody.
    return undefined;
  }
}

function statusOf(state: ChainState): CredentialStatus {
  const skipped = state.passedOver.map((error, index) => {
    return `${state.providers[index]?.name}: ${error.code}`;
  });
  if (state.active === undefined) {
    return { phase: "empty", refreshing: false, origin: skipped };
  }
  const status = state.active.status();
  return { ...status, origin: [...status.origin, ...skipped] };
}
