import { debug, type RefreshEvent, traceRefresh } from "../diagnostics.js";
import {
  type CredentialsError,
  CredentialsTransientError,
  CredentialsUnavailableError,
  isCredentialsError,
  withoutAddress,
} from "../errors.js";
import type { CallerClientConfig } from "../types.js";
import type { BoundSource } from "./bound-source.js";
import { type CacheEntry, emptyEntry } from "./cache-entry.js";
import type { CachedSet } from "./cached-set.js";
import { checkAnswer } from "./credential-set.js";
import type { Engine } from "./engine.js";
import { type Flight, type FlightOutcome, type Landing, startFlight } from "./flight.js";
import { scheduleWarmUp } from "./keep-warm.js";
import { deadlinesFor, errorMemoryMs } from "./refresh-policy.js";

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
    scheduleWarmUp(engine, entry, () => startRefresh(engine, entry, { ...request, background: true, renew: false }));
  }
  engine.table.trim();
  return outcome;
}

function installOrFail(engine: Engine, entry: CacheEntry, arrived: Arrived): FlightOutcome {
  const { request, landing, askedAt } = arrived;
  try {
    const set = install(engine, entry, { request, askedAt, answer: "answer" in landing && landing.answer });
    return { kind: "installed", set };
  } catch (error) {
    return fail(engine, entry, error);
  }
}

function install(
  engine: Engine,
  entry: CacheEntry,
  loaded: Pick<Arrived, "request" | "askedAt"> & { readonly answer: unknown },
): CachedSet {
  const { askedAt } = loaded;
  const { source } = loaded.request;
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
  debug("%s: refresh failed with %s, next try in %d ms", entry.name, error.code, retryAt - now);
  return { kind: "failed", error };
}

/** A background load that would have to prompt a person. */
export function needsPerson(error: CredentialsError): boolean {
  return "needsPerson" in error && error.needsPerson === true;
}

/** Whether asking again cannot help. An absent configuration may appear, and nothing was asked: not terminal. */
export function isTerminal(error: CredentialsError): boolean {
  return (
    error.code === "ERR_CREDENTIALS_DENIED" ||
    error.code === "ERR_CREDENTIALS_CONFIG" ||
    error.code === "ERR_CREDENTIALS_EXPIRED"
  );
}

/** Whatever a source throws, as one of the family: also what cannot be read. */
function toCredentialsError(cause: unknown, name: string): CredentialsError {
  try {
    return isCredentialsError(cause) ? cause : wrapError(cause, name);
  } catch {
    return new CredentialsTransientError(`${name} failed with an error that cannot be read; see \`cause\`.`, { cause });
  }
}

function wrapError(cause: unknown, name: string): CredentialsError {
  const said = cause instanceof Error ? `${cause.name}: ${withoutAddress(String(cause.message))}` : typeof cause;
  if (cause instanceof Error && "tryNextLink" in cause && cause.tryNextLink === true) {
    return new CredentialsUnavailableError(`${name} has no credentials: ${said}`, { cause });
  }
  return new CredentialsTransientError(
    `${name} failed with ${said}. A later call asks again; see \`cause\`, and mend what the source depends on.`,
    { cause },
  );
}
