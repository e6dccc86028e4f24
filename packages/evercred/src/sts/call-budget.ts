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

/** Who waits, in their order, and how long their turns take together. */
interface Queue {
  readonly waiting: Set<Waiting>;
  totalMs: number;
}

interface Budget {
  readonly awaited: Queue;
  readonly background: Queue;
  /** The next call may go from here on… */
  nextAt: number;
  /** …which was this long after the last one. */
  intervalMs: number;
  /** Wakes who waits; there is one as long as somebody does. */
  timer: ScheduledCall | undefined;
}

/** More accounts and regions than a program has. */
const MOST_BUDGETS = 10_000;

const budgets = new WeakMap<Clock, Map<string, Budget>>();

/**
 * Waits until a call may go. Calls are spread evenly, without bursts.
 *
 * @throws CredentialsTransientError at once when its turn would come after its deadline, or the signal's reason.
 */
export async function takeTurn(turn: Turn): Promise<void> {
  turn.signal.throwIfAborted();
  const budget = budgetOf(turn);
  const { awaited, background } = budget;
  const now = turn.clock.now();
  const waitMs = untilNext(budget, now);
  const isFree = awaited.waiting.size + background.waiting.size === 0;
  if (isFree && waitMs === 0) {
    budget.intervalMs = intervalOf(turn);
    budget.nextAt = now + budget.intervalMs;
    return;
  }
  const beforeMs = awaited.totalMs + (turn.background ? background.totalMs : 0);
  if (now + waitMs + beforeMs > turn.deadline) {
    throw noTurn(turn);
  }
  const queued = enqueue(turn.background ? background : awaited, turn);
  keepWaking(budget, turn.clock);
  await queued;
}

function budgetOf({ clock, budget: name }: Turn): Budget {
  const ofClock = budgets.get(clock) ?? new Map<string, Budget>();
  budgets.set(clock, ofClock);
  const budget = ofClock.get(name) ?? {
    awaited: { waiting: new Set<Waiting>(), totalMs: 0 },
    background: { waiting: new Set<Waiting>(), totalMs: 0 },
    nextAt: Number.NEGATIVE_INFINITY,
    intervalMs: 0,
    timer: undefined,
  };
  ofClock.set(name, budget);
  const [oldest] = ofClock;
  // Who waits in a forgotten one is woken all the same.
  if (ofClock.size > MOST_BUDGETS && oldest !== undefined) {
    ofClock.delete(oldest[0]);
  }
  return budget;
}

function intervalOf(turn: Turn): number {
  return 1000 / turn.callsPerSecond;
}

/** Epoch milliseconds leave few digits for fractions. */
const ROUNDING_MS = 1;

/** A time further away than one call takes was set before the clock stepped back. */
function untilNext({ nextAt, intervalMs }: Budget, now: number): number {
  const waitMs = nextAt - now;
  return waitMs > intervalMs + ROUNDING_MS ? 0 : Math.max(0, waitMs);
}

function enqueue(queue: Queue, turn: Turn): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      turn.signal.removeEventListener("abort", onAbort);
      queue.waiting.delete(waiting);
      // Sums of fractions drift: an empty queue takes no time.
      queue.totalMs = queue.waiting.size === 0 ? 0 : queue.totalMs - intervalOf(turn);
    };
    const onAbort = (): void => {
      leave();
      reject(turn.signal.reason);
    };
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
    queue.waiting.add(waiting);
    queue.totalMs += intervalOf(turn);
  });
}

function keepWaking(budget: Budget, clock: Clock): void {
  budget.timer ??= clock.schedule(() => wakeNext(budget, clock), untilNext(budget, clock.now()));
}

/** The timer is right even where the wall clock stepped back and says otherwise. */
function wakeNext(budget: Budget, clock: Clock): void {
  budget.timer = undefined;
  const now = clock.now();
  for (let next = firstOf(budget); next !== undefined; next = firstOf(budget)) {
    if (now <= next.turn.deadline) {
      go(budget, next, now);
      break;
    }
    next.giveUp();
  }
  if (firstOf(budget) !== undefined) {
    keepWaking(budget, clock);
  }
}

function firstOf({ awaited, background }: Budget): Waiting | undefined {
  const [first] = awaited.waiting;
  const [second] = background.waiting;
  return first ?? second;
}

/** What the timer was late by is not lost, or a rate that is finer than timers could not be kept. */
function go(budget: Budget, next: Waiting, now: number): void {
  const intervalMs = intervalOf(next.turn);
  const lateMs = now - budget.nextAt;
  budget.nextAt = (lateMs >= 0 && lateMs < intervalMs ? budget.nextAt : now) + intervalMs;
  budget.intervalMs = intervalMs;
  next.start();
}

function noTurn({ callsPerSecond }: Turn): CredentialsTransientError {
  return new CredentialsTransientError(
    `\`callsPerSecond\` ${callsPerSecond} left no turn for this call before its deadline. A later call asks again; raise ` +
      "the number, or share one cache among what starts at once.",
  );
}
