import type { Clock, ScheduledCall } from "../clock.js";
import { type CredentialsError, CredentialsTimeoutError } from "../errors.js";
import type { CallerClientConfig, LoadContext } from "../types.js";
import type { CachedSet } from "./cached-set.js";

/** A deadline that is noticed this late was slept through: the process was frozen, and the source is not to blame. */
const FROZEN_AFTER_MS = 5_000;

/** How a load ended. It never rejects, so that a background load is never an unhandled rejection. */
export type FlightOutcome =
  | { readonly kind: "installed"; readonly set: CachedSet }
  | { readonly kind: "failed"; readonly error: CredentialsError }
  /** Nobody's fault (a frozen process, a cleared cache): whoever waited asks again. */
  | { readonly kind: "abandoned" };

/** A load under way, shared by everybody who needs it. */
export interface Flight {
  /** Nobody waited when it began: it must not prompt a person. */
  readonly background: boolean;
  readonly done: Promise<FlightOutcome>;
  /** Somebody waits: the deadline keeps the process alive. Answers what to call when they give up. */
  join(): () => void;
  /** Ends the flight when its deadline has passed by the wall clock, whether or not the timer got to run. */
  expireIfLate(): void;
  /** Ends the flight now. What it answers later changes nothing. */
  abandon(): void;
}

/** What a load brought. */
export type Landing = { readonly answer: unknown } | { readonly error: unknown } | { readonly abandoned: true };

/** One load to run. */
export interface FlightTask {
  /** The source's name, for messages. */
  readonly name: string;
  /** Asks the source. */
  load(context: LoadContext): Promise<unknown>;
  readonly background: boolean;
  readonly renew: boolean;
  readonly callerClientConfig: CallerClientConfig | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called once, before anybody who waits sees the outcome. */
  land(landing: Landing): FlightOutcome;
}

/** Asks the source once, within a deadline. A load past it is abandoned, not awaited. */
export function startFlight(task: FlightTask): Flight {
  const { name, clock, background } = task;
  const controller = new AbortController();
  const deadline = clock.now() + task.timeoutMs;
  const { promise: done, resolve } = promiseWithResolver<FlightOutcome>();
  let over = false;

  function end(landing: Landing): void {
    if (!over) {
      over = true;
      timer.cancel();
      resolve(task.land(landing));
    }
  }

  function cutOff(landing: Landing, reason: Error): void {
    end(landing);
    controller.abort(reason);
  }

  function expireIfLate(): void {
    const lateMs = clock.now() - deadline;
    if (lateMs >= 0) {
      expire(lateMs >= FROZEN_AFTER_MS);
    }
  }

  function expire(wasFrozen: boolean): void {
    const error = timeoutError(name, task.timeoutMs);
    cutOff(wasFrozen ? { abandoned: true } : { error }, error);
  }

  function onTimer(): void {
    expireIfLate();
    // The timer is right even where the wall clock stepped back and says otherwise.
    if (!over) {
      expire(false);
    }
  }

  const timer = clock.schedule(onTimer, task.timeoutMs);
  const context: LoadContext = {
    signal: controller.signal,
    deadline,
    background,
    renew: task.renew,
    callerClientConfig: task.callerClientConfig,
    clock,
    random: task.random,
  };
  new Promise((settle) => settle(task.load(context))).then(
    (answer) => end({ answer }),
    (error: unknown) => {
      if (clock.now() - deadline >= FROZEN_AFTER_MS) {
        // What broke while the process was frozen says nothing about the source.
        expireIfLate();
      }
      end({ error });
    },
  );
  return {
    background,
    done,
    join: keepAliveWhileWaiting(timer),
    expireIfLate,
    abandon: () => cutOff({ abandoned: true }, new Error("The load was abandoned: its cache was cleared.")),
  };
}

/** As long as somebody waits, the timer keeps the process alive. */
function keepAliveWhileWaiting(timer: ScheduledCall): () => () => void {
  let waiting = 0;
  return () => {
    waiting += 1;
    timer.ref();
    return () => {
      waiting -= 1;
      if (waiting === 0) {
        timer.unref();
      }
    };
  };
}

/** `Promise.withResolvers`, which Node has from version 22. */
function promiseWithResolver<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function timeoutError(name: string, timeoutMs: number): CredentialsTimeoutError {
  return new CredentialsTimeoutError(
    `${name} did not answer within ${timeoutMs} ms, and the load was abandoned. Check that its endpoint can be reached ` +
      "from here, or raise the source's `loadTimeoutMs` or the cache's `refresh.loadTimeoutMs`.",
  );
}
