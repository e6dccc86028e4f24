import { debug, publish } from "../diagnostics.js";
import { CredentialsExpiredError } from "../errors.js";
import type { CallerClientConfig, Credentials } from "../types.js";
import type { BoundSource } from "./bound-source.js";
import type { CacheEntry } from "./cache-entry.js";
import { type Ask, decide, fits, settleFailure, shortfallError } from "./decide.js";
import type { Engine } from "./engine.js";
import type { Flight, FlightOutcome } from "./flight.js";
import { isTerminal, needsPerson } from "./load-failure.js";
import { startRefresh } from "./refresh.js";
import { errorMemoryMs } from "./refresh-policy.js";

/** One request that the hot path did not answer. */
export interface ServeRequest extends Ask {
  readonly source: BoundSource;
  /** Another provider's background load asks: nobody is there to be prompted. */
  readonly background: boolean;
  readonly signal: AbortSignal | undefined;
  readonly callerClientConfig: CallerClientConfig | undefined;
  /** Asks from the start: the load was abandoned, or could not prompt, while we waited. */
  again(): Promise<Credentials>;
}

/** Answers a request from an entry: at once where that is possible, after one shared load where it is not. */
export function serve(engine: Engine, entry: CacheEntry, request: ServeRequest): Promise<Credentials> {
  entry.flight?.expireIfLate();
  const decision = decide(entry, request, engine.clock.now());
  switch (decision) {
    case "serve":
    case "serve-stale":
      engine.counters.hits += 1;
      return serveCached(engine, entry, decision);
    case "refresh":
      return serveAndRefresh(engine, entry, request);
    case "wait":
      return wait(engine, entry, request);
    default:
      return Promise.reject(decision);
  }
}

function serveAndRefresh(engine: Engine, entry: CacheEntry, request: ServeRequest): Promise<Credentials> {
  // The answer first: a load may do anything as it begins, clear this cache even.
  const served = serveCached(engine, entry, "serve");
  startRefresh(engine, entry, { ...request, background: true, renew: false });
  if (request.throwTerminal) {
    // AWS's behaviour to the letter: whoever starts the refresh learns of its failure.
    return wait(engine, entry, request);
  }
  engine.counters.hits += 1;
  return served;
}

function serveCached(engine: Engine, entry: CacheEntry, how: "serve" | "serve-stale"): Promise<Credentials> {
  entry.used = true;
  if (how === "serve-stale") {
    engine.counters.staleServed += 1;
    publish("serve-stale", () => ({
      name: entry.name,
      key: entry.key,
      accessKeyId: entry.set?.credentials.accessKeyId,
      errorCode: entry.failure?.error.code,
    }));
    debug("%s: serving past expiration while its source fails", entry.name);
  }
  // Only ever called where a set is cached.
  return entry.answer as Promise<Credentials>;
}

async function wait(engine: Engine, entry: CacheEntry, request: ServeRequest): Promise<Credentials> {
  engine.counters.misses += 1;
  const flight = joinFlight(engine, entry, request);
  const outcome = await untilAborted(flight, request);
  if (outcome.kind === "installed") {
    entry.used = true;
    return takeInstalled(engine, entry, { request, set: outcome.set });
  }
  const promptIsAllowed = !request.background && flight.background;
  if (outcome.kind === "abandoned" || (promptIsAllowed && needsPerson(outcome.error))) {
    return request.again();
  }
  const failure = { error: outcome.error, terminal: isTerminal(outcome.error) };
  const settled = settleFailure(entry, request, { failure, now: engine.clock.now() });
  if (typeof settled !== "string") {
    throw settled;
  }
  return serveCached(engine, entry, settled);
}

function joinFlight(engine: Engine, entry: CacheEntry, request: ServeRequest): Flight {
  if (entry.flight === undefined && request.interactive && request.background) {
    throw new CredentialsExpiredError(
      `${request.source.name} may prompt a person, and nobody waits for this background refresh. The next call that ` +
        "waits will prompt.",
      { needsPerson: true },
    );
  }
  if (entry.flight !== undefined) {
    engine.counters.coalesced += 1;
  }
  const renew = request.force || entry.rejected;
  return entry.flight ?? startRefresh(engine, entry, { ...request, renew });
}

function takeInstalled(
  engine: Engine,
  entry: CacheEntry,
  taken: { readonly request: ServeRequest; readonly set: NonNullable<CacheEntry["set"]> },
): Credentials {
  const { request, set } = taken;
  const now = engine.clock.now();
  if (fits(set, request, now)) {
    return set.credentials;
  }
  const lifetimeMs = set.expiresAt - now;
  entry.shortfall = { lifetimeMs, at: now, until: now + errorMemoryMs(engine.random) };
  throw shortfallError(request.minRemainingMs, lifetimeMs);
}

/** Waits for a flight or for the signal, whichever is first. Frees this waiter only. */
function untilAborted(flight: Flight, request: ServeRequest): Promise<FlightOutcome> {
  const { signal } = request;
  const leave = request.background ? () => {} : flight.join();
  if (signal === undefined) {
    return flight.done;
  }
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      leave();
      reject(signal.reason);
    };
    if (signal.aborted) {
      // The load, as it began, aborted it: there will be no event.
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    flight.done.then((outcome) => {
      signal.removeEventListener("abort", onAbort);
      resolve(outcome);
    }, reject);
  });
}
