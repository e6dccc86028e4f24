import type { Clock, ScheduledCall } from "../clock.js";
import { CredentialsTransientError } from "../errors.js";

/** A call that waits for its turn. */
export interface Turn {
  readonly clock: Clock;
  /** What is counted together: an account in a region. */
  readonly budget: string;
  readonly callsPerSecond: number;
  /** Nobody waits for this call: those that somebody waits for go first. */
  readonly background: boolean;
  /** The moment after which the turn is no use. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly turn: Turn;
  start(): void;
  giveUp(): void;
}

interface Budget {
  readonly waiting: Waiting[];
  /** The next call may go from here on… */
  nextAt: number;
  /** …which was this long after the last one. */
  intervalMs: number;
  /** Wakes who waits. */
  timer: ScheduledCall | undefined;
}

const budgets = new WeakMap<Clock, Map<string, Budget>>();

/**
 * Waits until a call may go. Calls are spread evenly, without bursts.
 *
 * @throws CredentialsTransientError at once when its turn would come after its deadline, or the signal's reason.
 */
export async function takeTurn(turn: Turn): Promise<void> {
  turn.signal.throwIfAborted();
  const budget = budgetOf(turn);
  const now = turn.clock.now();
  // A time further away than one call takes was set before the clock stepped back.
  const nextAt = budget.nextAt - now > budget.intervalMs ? now : budget.nextAt;
  if (budget.waiting.length === 0 && now >= nextAt) {
    go(budget, turn);
    return;
  }
  const before = turn.background ? budget.waiting : budget.waiting.filter((one) => !one.turn.background);
  const startsAt = before.reduce((at, one) => at + intervalOf(one.turn), Math.max(now, nextAt));
  if (startsAt > turn.deadline) {
    throw noTurn(turn);
  }
  await queue(budget, turn);
}

/** Budgets end with their clock; there are as many as accounts and regions. */
function budgetOf({ clock, budget }: Turn): Budget {
  const ofClock = budgets.get(clock) ?? new Map<string, Budget>();
  budgets.set(clock, ofClock);
  const known = ofClock.get(budget) ?? {
    waiting: [],
    nextAt: Number.NEGATIVE_INFINITY,
    intervalMs: 0,
    timer: undefined,
  };
  ofClock.set(budget, known);
  return known;
}

function intervalOf(turn: Turn): number {
  return 1000 / turn.callsPerSecond;
}

function queue(budget: Budget, turn: Turn): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      budget.waiting.splice(budget.waiting.indexOf(waiting), 1);
      reject(turn.signal.reason);
    };
    const leave = (): void => turn.signal.removeEventListener("abort", onAbort);
    const waiting: Waiting = {
      turn,
      start() {
        leave();
        resolve();
      },
      giveUp() {
        leave();
        reject(noTurn(turn));
      },
    };
    turn.signal.addEventListener("abort", onAbort, { once: true });
    budget.waiting.push(waiting);
  });
}

/** Lets a call go, and sets the time of the next one. */
function go(budget: Budget, turn: Turn): void {
  const { clock } = turn;
  const now = clock.now();
  const intervalMs = intervalOf(turn);
  const lateMs = now - budget.nextAt;
  // What a timer was late by is not lost, or a rate that is finer than timers could not be kept.
  budget.nextAt = (lateMs >= 0 && lateMs < intervalMs ? budget.nextAt : now) + intervalMs;
  budget.intervalMs = intervalMs;
  budget.timer?.cancel();
  budget.timer = clock.schedule(() => wakeNext(budget, clock), budget.nextAt - now);
}

/** The timer is right even where the wall clock stepped back and says otherwise. */
function wakeNext(budget: Budget, clock: Clock): void {
  const next = budget.waiting.find((one) => !one.turn.background) ?? budget.waiting[0];
  if (next === undefined) {
    return;
  }
  budget.waiting.splice(budget.waiting.indexOf(next), 1);
  if (clock.now() > next.turn.deadline) {
    next.giveUp();
    wakeNext(budget, clock);
    return;
  }
  go(budget, next.turn);
  next.start();
}

function noTurn({ callsPerSecond }: Turn): CredentialsTransientError {
  return new CredentialsTransientError(
    `\`callsPerSecond\` ${callsPerSecond} left no turn for this call before its deadline. A later call asks again; raise ` +
      "the number, or share one cache among what starts at once.",
  );
}
