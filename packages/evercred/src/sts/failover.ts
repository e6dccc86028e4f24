import type { Clock } from "../clock.js";
import { debug, publishFailover } from "../diagnostics.js";
import { isCredentialsError } from "../errors.js";
import { type RegionHealth, regionHealth } from "./region-health.js";
import { classifyServiceError, describeServiceError, isThrottling, neverArrived } from "./service-error.js";
import type { StsPlace } from "./sts-place.js";

/** A call that may go to one region or another. */
export interface Failover<T> {
  readonly operation: string;
  readonly target: string;
  readonly places: readonly StsPlace[];
  /** What else decides whether a region is reached, a proxy for one: health is known for the same only. */
  readonly settings: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The end of the load. */
  readonly deadline: number;
  /** False where the input works once: then another region is asked only when the one before it received nothing. */
  readonly resend: boolean;
  ask(place: StsPlace): Promise<T>;
}

/** An attempt that took this long was slept through: the process was frozen, and the region is not to blame. */
const FROZEN_AFTER_MS = 20_000;

/** What was answered, and where. */
export interface Answered<T> {
  readonly output: T;
  readonly place: StsPlace;
}

/**
 * Asks one region after the other until one answers, whatever its answer is. Which one that was is remembered, so that a
 * region that is down costs its timeout once and not once a call.
 */
export async function askInTurn<T>(call: Failover<T>): Promise<Answered<T>> {
  const health = regionHealth(call.clock, call.settings);
  const places = health.inOrder(call.places);
  const failures: unknown[] = [];
  for (const [index, place] of places.entries()) {
    const askedAt = call.clock.now();
    try {
      // One after the other: the next region is asked only when this one does not answer.
      const output = await call.ask(place);
      health.answered(place);
      return { output, place };
    } catch (error) {
      failures.push(error);
      const next = places[index + 1];
      if (!isDown(error)) {
        noteAnswer(health, place, error);
        throw error;
      }
      const now = call.clock.now();
      // A load that was given up for another reason than its time says nothing about the region.
      const isOver = call.signal.aborted && now < call.deadline;
      if (call.places.length > 1 && !isOver && now - askedAt < FROZEN_AFTER_MS) {
        health.failed(place);
      }
      if (call.signal.aborted) {
        throw error;
      }
      if (next === undefined || !(call.resend || neverArrived(error))) {
        throw call.resend ? worthTelling(failures) : error;
      }
      tellOf(call, { from: place, to: next, error });
    }
  }
  throw new Error("There was no region to ask");
}

/** A refusal is an answer too. One of ours is about the signer or the token, and says nothing about the region. */
function noteAnswer(health: RegionHealth, place: StsPlace, error: unknown): void {
  if (!isCredentialsError(error) && error instanceof Error && describeServiceError(error).status !== undefined) {
    health.answered(place);
  }
}

/**
 * The last outage: it passes, and that another region is not activated must not make it final. Where the input works once
 * it is always the last failure, which tells whether anybody received it.
 */
function worthTelling(failures: readonly unknown[]): unknown {
  return failures.filter((error) => !isDisabled(error)).at(-1) ?? failures.at(-1);
}

function isDisabled(error: unknown): boolean {
  return error instanceof Error && describeServiceError(error).code === "RegionDisabled";
}

/** Sockets, timeouts, 5xx and a region that is not activated: what is no answer of a service that is well. */
function isDown(error: unknown): boolean {
  if (!(error instanceof Error) || isCredentialsError(error) || isThrottling(error)) {
    return false;
  }
  const { status } = describeServiceError(error);
  if (isDisabled(error) || (status !== undefined && status >= 500)) {
    return true;
  }
  const failure = status === undefined ? classifyServiceError(error) : undefined;
  return failure === "transient" || failure === "timeout";
}

function tellOf(call: Failover<unknown>, moved: { from: StsPlace; to: StsPlace; error: unknown }): void {
  const { operation, target } = call;
  const { from, to, error } = moved;
  const reason = reasonOf(error);
  debug("%s: %s does not answer (%s), asking %s", operation, from.region, reason, to.region);
  publishFailover(() => ({ operation, target, from: from.region, to: to.region, reason }));
}

/** The socket's code, for what never reached the service; else what the service said. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return "";
  }
  if (classifyServiceError(error) === "timeout") {
    return "TimeoutError";
  }
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === "string" && code !== "" ? code : describeServiceError(error).code;
}
