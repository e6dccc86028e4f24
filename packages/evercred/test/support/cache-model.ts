import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { getEventListeners } from "node:events";
import { createFakeClock, type FakeClock } from "@evercred/testing";
import { asBackground } from "../../src/cache/provider-internals.js";
import { windowsFor } from "../../src/cache/refresh-policy.js";
import {
  type CredentialCache,
  type CredentialPhase,
  type CredentialProvider,
  type CredentialRequest,
  type Credentials,
  CredentialsExpiredError,
  createCredentialCache,
  type EntryEvent,
  type LoadContext,
} from "../../src/index.js";
import type { Landing, Setup, Step } from "./cache-schedule.js";
import { denied, throttled } from "./errors.js";
import { randomCredentials } from "./random-credentials.js";

/** A deadline noticed this late was slept through. */
const FROZEN_AFTER_MS = 5_000;
const CLOCK_STEP_TOLERANCE_MS = 60_000;
const LONGEST_WAIT_MS = 301_000;

/** A set that a source answered. */
interface ModelSet {
  readonly id: string;
  readonly key: string;
  readonly installedAt: number;
  readonly expiresAt: number;
  readonly advisoryAt: number;
  readonly mandatoryAt: number;
  /** The one object everybody gets. */
  object: Credentials | undefined;
}

/** What the cache must know of one key. */
interface ModelKey {
  readonly name: string;
  readonly stable: boolean;
  readonly interactive: boolean;
  hand: ModelSet | undefined;
  rejected: boolean;
  failure: { readonly at: number; readonly terminal: boolean; readonly remainingMs: number } | undefined;
  foregroundOnly: boolean;
  /** How often everything about it was forgotten. */
  forgotten: number;
}

interface ModelLoad {
  readonly key: ModelKey;
  readonly context: LoadContext;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** `forgotten` of the key when the load began: while it lives, only its own end can evict the entry. */
  readonly forgotten: number;
  answered: boolean;
}

interface ModelRead {
  readonly key: ModelKey;
  readonly how: string;
  readonly minRemainingMs: number;
  readonly controller: AbortController | undefined;
  state: "waiting" | "answered" | "failed";
  /** What was wrong with how it ended. */
  complaint: string | undefined;
}

/** Runs a schedule against a cache and a model of it, and holds them to the invariants after every step. */
export async function runSchedule(setup: Setup, steps: readonly Step[]): Promise<void> {
  const world = createWorld(setup);
  subscribe("evercred:evict", world.onEvict);
  process.on("unhandledRejection", world.onUnhandled);
  try {
    for (const step of steps) {
      await world.run(step);
      world.check();
    }
    await world.end();
  } finally {
    process.off("unhandledRejection", world.onUnhandled);
    unsubscribe("evercred:evict", world.onEvict);
  }
}

function createWorld(setup: Setup) {
  const clock: FakeClock = createFakeClock();
  let drawn = 0;
  const random = (): number => setup.dice[drawn++ % setup.dice.length] as number;
  const refresh = { servePastExpiry: setup.servePastExpiry, keepWarm: setup.keepWarm };
  const cache: CredentialCache = createCredentialCache({ clock, random, maxEntries: setup.maxEntries, refresh });
  const keys: ModelKey[] = [
    modelKey("stable", { stable: true }),
    modelKey("plain", {}),
    modelKey("interactive", { interactive: true }),
  ];
  const loads: ModelLoad[] = [];
  const reads: ModelRead[] = [];
  const sets = new Map<string, ModelSet>();
  const complaints: string[] = [];
  /** The read that is on the stack: who starts a load now is it. */
  let asking: ModelRead | undefined;

  // The first key has two providers: they must behave as one.
  const providers = [...keys, keys[0] as ModelKey].map((key) => ({ key, provide: bind(key) }));

  function bind(key: ModelKey): CredentialProvider {
    return cache.provider({
      name: key.name,
      key: { name: key.name },
      staticStability: key.stable,
      interactive: key.interactive,
      load: (context) => startLoad(key, context) as Promise<Credentials>,
    });
  }

  function isLive(load: ModelLoad): boolean {
    return !load.answered && !load.context.signal.aborted;
  }

  function startLoad(key: ModelKey, context: LoadContext): Promise<unknown> {
    complain(
      loads.some((load) => load.key === key && isLive(load)),
      `two loads of ${key.name} at once`,
    );
    complain(key.interactive && context.background, `${key.name} was asked in the background`);
    // A background read whose load was abandoned, by a suspend say, asks again with nobody on the stack.
    const waiting = asking === undefined ? reads.filter(({ state }) => state === "waiting") : [asking];
    const forBackground = waiting.some((read) => read.key === key && read.how === "background");
    complain(
      key.foregroundOnly && context.background && !forBackground,
      `${key.name} was asked in the background although that needs a person`,
    );
    checkBackoff(key, context);
    return new Promise((resolve, reject) => {
      const load: ModelLoad = { key, context, resolve, reject, forgotten: key.forgotten, answered: false };
      loads.push(load);
      context.signal.addEventListener("abort", () => onAbandoned(load));
    });
  }

  function complain(isWrong: boolean, what: string): void {
    if (isWrong) {
      complaints.push(what);
    }
  }

  /** No load begins before the shortest backoff that the dice allow. */
  function checkBackoff(key: ModelKey, context: LoadContext): void {
    const { failure } = key;
    const now = clock.now();
    const mayBypass = asking === undefined ? !context.background : asking.how === "force" || asking.how === "min";
    if (failure === undefined || mayBypass || failure.at > now) {
      return;
    }
    const unexpired = key.hand !== undefined && now < key.hand.expiresAt;
    const served = failure.terminal
      ? unexpired && !key.rejected
      : unexpired || (key.hand !== undefined && isStable(key));
    const quarterMs = failure.remainingMs / 8;
    const shortestMs = failure.remainingMs > 0 ? Math.max(1_000, Math.min(300_000, quarterMs)) : 1_000;
    if (served) {
      complain(now - failure.at < shortestMs, `${key.name} was asked ${now - failure.at} ms after a failure`);
    } else if (failure.terminal) {
      complain(now - failure.at < 1_000, `${key.name} was asked ${now - failure.at} ms after a terminal failure`);
    }
  }

  function isStable(key: ModelKey): boolean {
    return key.stable && setup.servePastExpiry;
  }

  /** A load was given up: at its deadline that is a failure, after a freeze or a clear it is nothing. */
  function onAbandoned(load: ModelLoad): void {
    const reason: unknown = load.context.signal.reason;
    const timedOut = reason instanceof Error && "code" in reason && reason.code === "ERR_CREDENTIALS_TIMEOUT";
    const remembered = load.forgotten === load.key.forgotten;
    if (!load.answered && remembered && timedOut && clock.now() - load.context.deadline < FROZEN_AFTER_MS) {
      recordFailure(load.key, false);
    }
  }

  function recordFailure(key: ModelKey, terminal: boolean): void {
    const at = clock.now();
    key.failure = { at, terminal, remainingMs: key.hand === undefined ? 0 : key.hand.expiresAt - at };
  }

  function forget(key: ModelKey): void {
    const forgotten = key.forgotten + 1;
    Object.assign(key, { hand: undefined, rejected: false, failure: undefined, foregroundOnly: false, forgotten });
  }

  function phaseOf(key: ModelKey): CredentialPhase {
    const { hand } = key;
    const now = clock.now();
    if (hand === undefined) {
      return "empty";
    }
    if (now >= hand.expiresAt) {
      return "expired";
    }
    if (key.rejected || now >= hand.mandatoryAt) {
      return "mandatory";
    }
    return now >= hand.advisoryAt ? "advisory" : "valid";
  }

  /** A background load must be under way once anybody reads. */
  function isDueFor(key: ModelKey, refreshAt: Date | undefined): boolean {
    const now = clock.now();
    const { hand, failure, foregroundOnly, interactive } = key;
    if (hand === undefined || failure !== undefined || foregroundOnly || interactive) {
      return false;
    }
    const isPast = refreshAt !== undefined && now >= refreshAt.getTime();
    return isPast || now < hand.installedAt - CLOCK_STEP_TOLERANCE_MS;
  }

  function read(step: Step & { readonly do: "read" }): { made: ModelRead; expected: ModelSet | undefined } {
    const { key, provide } = providers[step.provider % providers.length] as (typeof providers)[number];
    const { how } = step;
    const controller = how === "abortable" ? new AbortController() : undefined;
    const minRemainingMs = how === "min" ? step.minRemainingMs : 0;
    const made: ModelRead = { key, how, minRemainingMs, controller, state: "waiting", complaint: undefined };
    const phase = phaseOf(key);
    const ahead = phase === "valid" || phase === "advisory";
    const expected = ahead && how !== "force" && how !== "min" ? key.hand : undefined;
    const isHot =
      phase === "valid" && how === "plain" && clock.now() >= (key.hand?.installedAt ?? 0) - CLOCK_STEP_TOLERANCE_MS;
    const isDue = expected !== undefined && isDueFor(key, provide.status().refreshAt);
    const before = { loads: loads.length, pending: clock.pending };
    const wasLive = loads.some((load) => load.key === key && isLive(load));
    reads.push(made);
    asking = made;
    const call = provide(requestFor(made));
    asking = undefined;
    call.then(
      (credentials) => onAnswer(made, credentials),
      (error: unknown) => onFailure(made, error),
    );
    const started = loads.length - before.loads;
    if (isHot && !wasLive) {
      complain(started > 0 || clock.pending !== before.pending, `a read of valid ${key.name} started something`);
    }
    // Unless the read itself found a load past its deadline: then that failure's backoff begins.
    const isHeld = key.failure !== undefined || loads.some((load) => load.key === key && isLive(load));
    complain(isDue && !isHeld, `${key.name} is due, and nobody is asked`);
    complain(how === "force" && started === 0 && !wasLive, `a forced read of ${key.name} asked nobody`);
    return { made, expected };
  }

  function onAnswer(made: ModelRead, credentials: Credentials): void {
    made.state = "answered";
    const set = sets.get(credentials.accessKeyId);
    const { key } = made;
    const now = clock.now();
    complain(set === undefined || set.key !== key.name, `${key.name} got credentials of ${set?.key}`);
    complain(!Object.isFrozen(credentials), "a set was not frozen");
    if (set !== undefined) {
      set.object ??= credentials;
      complain(set.object !== credentials, `two objects for one set of ${key.name}`);
      const isStale = set.expiresAt <= now;
      const failing = key.failure !== undefined && !key.failure.terminal;
      complain(isStale && !(isStable(key) && failing), `${key.name} got credentials that had expired`);
      complain(
        made.minRemainingMs > 0 && set.expiresAt - now < made.minRemainingMs,
        `${key.name} got less than it asked for`,
      );
      complain(key.hand !== undefined && key.hand !== set, `${key.name} got an older set than there is`);
    }
  }

  function onFailure(made: ModelRead, error: unknown): void {
    made.state = "failed";
    if (made.controller?.signal.aborted === true && error === made.controller.signal.reason) {
      return;
    }
    const { key, how } = made;
    const { hand } = key;
    const inHand = hand !== undefined && clock.now() < hand.expiresAt && !key.rejected;
    const refusedPrompt = how === "background" && error instanceof CredentialsExpiredError && error.needsPerson;
    complain(
      inHand && how !== "min" && !refusedPrompt,
      `${key.name} failed with good credentials in hand: ${String(error)}`,
    );
    complain(hand !== undefined && refusedPrompt && ["valid", "advisory"].includes(phaseOf(key)), "a needless prompt");
    complain(!(error instanceof Error && "code" in error), `${key.name} failed with ${String(error)}`);
  }

  function land(load: ModelLoad, landing: Landing): void {
    const { key } = load;
    const live = isLive(load);
    const now = clock.now();
    const late = now - load.context.deadline >= FROZEN_AFTER_MS;
    load.answered = true;
    if (landing.kind === "success" || landing.kind === "expired") {
      const lifetimeMs = landing.kind === "success" ? landing.lifetimeMs : -1;
      const expiration = lifetimeMs === undefined ? {} : { expiration: new Date(now + lifetimeMs) };
      const credentials = randomCredentials(expiration);
      if (live && landing.kind === "success") {
        const set = modelSet(key, { id: credentials.accessKeyId, now, lifetimeMs });
        sets.set(set.id, set);
        Object.assign(key, { hand: set, rejected: false, failure: undefined, foregroundOnly: false });
      } else if (live) {
        recordFailure(key, false);
      }
      load.resolve(credentials);
    } else if (landing.kind === "nonsense") {
      if (live) {
        recordFailure(key, false);
      }
      load.resolve({ accessKeyId: "x" });
    } else {
      failLoad(load, { kind: landing.kind, counts: live && !late });
    }
  }

  function failLoad(load: ModelLoad, how: { readonly kind: Landing["kind"]; readonly counts: boolean }): void {
    const { key } = load;
    if (how.kind === "prompt" && load.context.background) {
      if (how.counts) {
        key.foregroundOnly = true;
      }
      load.reject(new CredentialsExpiredError("Nobody is there.", { needsPerson: true }));
      return;
    }
    const terminal = how.kind === "terminal";
    if (how.counts) {
      recordFailure(key, terminal);
    }
    load.reject(terminal ? denied() : throttled());
  }

  async function run(step: Step): Promise<void> {
    switch (step.do) {
      case "read": {
        const { made, expected } = read(step);
        await settle();
        if (expected !== undefined) {
          complain(made.state !== "answered", `${made.key.name} was ${made.state} with good credentials in hand`);
          complain(made.key.hand === expected && expected.object === undefined, "the answer was another set");
        }
        break;
      }
      case "abort": {
        await abort(step.read);
        break;
      }
      case "invalidate":
        invalidate(step);
        break;
      case "land": {
        const open = loads.filter((load) => !load.answered);
        if (open.length > 0) {
          land(open[step.load % open.length] as ModelLoad, step.landing);
          await settle();
        }
        break;
      }
      case "advance":
        await clock.advance(step.ms);
        break;
      case "suspend":
        clock.suspend(step.ms);
        break;
      case "step":
        clock.step(step.ms);
        break;
      case "clear":
        // First the model: loads that are abandoned by the clear must find it empty.
        keys.forEach(forget);
        cache.clear();
        await settle();
        break;
    }
  }

  async function abort(index: number): Promise<void> {
    const waiting = reads.filter((made) => made.state === "waiting" && made.controller !== undefined);
    const made = waiting[index % Math.max(1, waiting.length)];
    if (made?.controller !== undefined) {
      const live = loads.filter(isLive);
      made.controller.abort(new Error("the caller lost interest"));
      await settle();
      complain((made.state as string) !== "failed", "an aborted read still waits");
      complain(!live.every(isLive), "an abort ended a load that others share");
    }
  }

  function invalidate(step: Step & { readonly do: "invalidate" }): void {
    const { key, provide } = providers[step.provider % providers.length] as (typeof providers)[number];
    const { hand } = key;
    if (step.which === "whatever") {
      provide.invalidate();
    } else {
      provide.invalidate({ accessKeyId: step.which === "matching" && hand !== undefined ? hand.id : "another" });
    }
    key.rejected ||= hand !== undefined && step.which !== "another";
  }

  function check(): void {
    for (const { key, provide } of providers) {
      const status = provide.status();
      complain(status.accessKeyId !== key.hand?.id, `${key.name} holds ${status.accessKeyId}, not ${key.hand?.id}`);
      complain(status.phase !== phaseOf(key), `${key.name} is ${status.phase}, not ${phaseOf(key)}`);
      complain((status.lastError !== undefined) !== (key.failure !== undefined), `${key.name}: wrong last error`);
      const live = loads.some((load) => load.key === key && isLive(load));
      complain(status.refreshing !== live, `${key.name} is refreshing: ${status.refreshing}`);
    }
    const live = loads.filter(isLive).length;
    complain(cache.stats().entries > Math.max(setup.maxEntries, live + 1), "too many entries");
    assert.deepEqual(complaints, []);
  }

  /** Time passes every deadline: nobody waits any more, and nothing is left behind. */
  async function end(): Promise<void> {
    await clock.advance(LONGEST_WAIT_MS);
    await clock.advance(LONGEST_WAIT_MS);
    for (const made of reads) {
      complain(made.state === "waiting", `a read of ${made.key.name} waits for good`);
      const signal = made.controller?.signal;
      complain(signal !== undefined && getEventListeners(signal, "abort").length > 0, "an abort listener was left");
    }
    check();
    await cache[Symbol.asyncDispose]();
    complain(clock.pending > 0, "a timer was left");
    assert.deepEqual(complaints, []);
  }

  return {
    run,
    check,
    end,
    onEvict: (event: unknown): void => {
      const { name } = event as EntryEvent;
      keys.filter((key) => key.name === name).forEach(forget);
    },
    onUnhandled: (reason: unknown): void => complain(true, `unhandled rejection: ${String(reason)}`),
  };
}

function modelKey(name: string, members: Partial<ModelKey>): ModelKey {
  return {
    name,
    stable: false,
    interactive: false,
    hand: undefined,
    rejected: false,
    failure: undefined,
    foregroundOnly: false,
    forgotten: 0,
    ...members,
  };
}

function modelSet(
  key: ModelKey,
  came: { readonly id: string; readonly now: number; readonly lifetimeMs: number | undefined },
): ModelSet {
  const { id, now, lifetimeMs = Number.POSITIVE_INFINITY } = came;
  const windows = windowsFor(lifetimeMs, {});
  const expiresAt = now + lifetimeMs;
  return {
    id,
    key: key.name,
    installedAt: now,
    expiresAt,
    advisoryAt: expiresAt - windows.advisoryWindowMs,
    mandatoryAt: expiresAt - windows.mandatoryWindowMs,
    object: undefined,
  };
}

function requestFor(made: ModelRead): CredentialRequest | undefined {
  switch (made.how) {
    case "force":
      return { forceRefresh: true };
    case "min":
      return { minRemainingMs: made.minRemainingMs };
    case "background":
      return asBackground({});
    case "abortable":
      return { signal: (made.controller as AbortController).signal };
    default:
      return undefined;
  }
}

/** Lets promises run, and no timer of the fake clock. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
