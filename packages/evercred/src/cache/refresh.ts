import { debug, type RefreshEvent, traceRefresh } from "../diagnostics.js";
import type { CallerClientConfig } from "../types.js";
import { type BoundSource, stillHasKey } from "./bound-source.js";
import { type CacheEntry, emptyEntry } from "./cache-entry.js";
import type { Engine } from "./engine.js";
import { type Flight, type FlightOutcome, type Landing, startFlight } from "./flight.js";
import { install } from "./install.js";
import { scheduleWarmUp } from "./keep-warm.js";
import { isTerminal, needsPerson, toCredentialsError } from "./load-failure.js";
import { errorMemoryMs } from "./refresh-policy.js";

/** Who wants a refresh, and how. */
export interface RefreshRequest {
  readonly source: BoundSource;
  readonly background: boolean;
  readonly renew: boolean;
  readonly callerClientConfig: CallerClientConfig | undefined;
}

/** Starts a load of an entry that has none under way. */
export function startRefresh(engine: Engine, entry: CacheEntry, request: RefreshRequest): Flight {
  const { source, background } = request;
  const askedAt = engine.clock.now();
  const event: RefreshEvent = { name: source.name, key: entry.key, background };
  debug("%s: %s refresh starts", source.name, background ? "background" : "awaited");
  const start = (): Flight =>
    startFlight({
      ...request,
      name: source.name,
      load: (context) => source.load(context),
      timeoutMs: timeoutOf(engine, request),
      clock: engine.clock,
      random: engine.random,
      land: (landing) => land(engine, entry, { request, landing, event, askedAt }),
    });
  const flight = traceFlight(event, start);
  entry.flight = flight;
  return flight;
}

/** Starts a flight inside its tracing channel, which learns how it ends and never what it brought: that is secret. */
function traceFlight(event: RefreshEvent, start: () => Flight): Flight {
  const started: { flight?: Flight } = {};
  const traced = traceRefresh(event, async () => {
    started.flight = start();
    const outcome = await started.flight.done;
    if (outcome.kind === "failed") {
      throw outcome.error;
    }
  });
  // Whoever waits learns of the failure from the flight.
  traced.catch(() => {});
  return started.flight as Flight;
}

/** A person takes longer than a service; but nobody is asked in the background. */
function timeoutOf(engine: Engine, request: RefreshRequest): number {
  const { source, background } = request;
  const { loadTimeoutMs, interactiveTimeoutMs } = engine.rules;
  const prompts = !background && (source.interactive === true || source.mayPrompt === true);
  return source.loadTimeoutMs ?? (prompts ? interactiveTimeoutMs : loadTimeoutMs);
}

interface Arrived {
  readonly request: RefreshRequest;
  readonly landing: Landing;
  readonly event: RefreshEvent;
  readonly askedAt: number;
}

/** Takes in what a load brought: the one place where an entry changes. */
function land(engine: Engine, entry: CacheEntry, arrived: Arrived): FlightOutcome {
  const { request, landing } = arrived;
  entry.flight = undefined;
  if ("abandoned" in landing) {
    debug("%s: load abandoned", request.source.name);
    engine.table.trim();
    return { kind: "abandoned" };
  }
  const outcome = "answer" in landing ? installOrFail(engine, entry, arrived) : fail(engine, entry, landing.error);
  if (outcome.kind === "installed") {
    arrived.event.expiration = outcome.set.credentials.expiration;
  }
  if (entry.evicted) {
    // The load cleared its own cache as it began: its answer is for those who wait, and nobody finds it later.
    emptyEntry(entry);
    return outcome;
  }
  if (request.source.interactive !== true) {
    scheduleWarmUp(engine, entry, () => warmUp(engine, entry, request));
  }
  engine.table.trim();
  return outcome;
}

/** Nobody asked just now, so the key is looked at again: what another environment gives belongs to another entry. */
function warmUp(engine: Engine, entry: CacheEntry, request: RefreshRequest): void {
  if (stillHasKey(request.source, entry.key)) {
    startRefresh(engine, entry, { ...request, background: true, renew: false });
  }
}

function installOrFail(engine: Engine, entry: CacheEntry, arrived: Arrived): FlightOutcome {
  const { request, landing, askedAt } = arrived;
  try {
    const { source } = request;
    const set = install(engine, entry, { source, askedAt, answer: "answer" in landing && landing.answer });
    return { kind: "installed", set };
  } catch (error) {
    return fail(engine, entry, error);
  }
}

function fail(engine: Engine, entry: CacheEntry, cause: unknown): FlightOutcome {
  const now = engine.clock.now();
  const error = toCredentialsError(cause, entry.name);
  if (needsPerson(error)) {
    // Not a failure of the source, and not remembered as one: the next caller who waits may prompt.
    entry.foregroundOnly = true;
    entry.freshUntil = entry.rejected ? entry.freshUntil : (entry.set?.mandatoryAt ?? entry.freshUntil);
    return { kind: "failed", error };
  }
  const terminal = isTerminal(error);
  const attempt = (entry.failure?.attempt ?? 0) + 1;
  const remainingMs = entry.set === undefined ? 0 : entry.set.expiresAt - now;
  const rememberUntil = now + errorMemoryMs(engine.random);
  // Where callers are to see the error, it is the error's short memory that protects the source, and no backoff.
  const raises = terminal && engine.rules.throwTerminal;
  const retryAt = raises ? rememberUntil : now + engine.rules.backoffMs({ attempt, remainingMs });
  entry.failure = { error, terminal, attempt, at: now, retryAt, rememberUntil };
  if (entry.set !== undefined && !entry.rejected && now < entry.set.mandatoryAt) {
    // The backoff is served from the hot path, but for a clock that steps back before it.
    entry.validFrom = now;
    entry.freshUntil = raises ? Number.NEGATIVE_INFINITY : Math.min(retryAt, entry.set.mandatoryAt);
  }
  entry.used = false;
  engine.counters.failures += 1;
  debug("%s: refresh failed with %s, next try in %d ms", entry.name, error.code, Math.round(retryAt - now));
  return { kind: "failed", error };
}
