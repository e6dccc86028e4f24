import type { Clock } from "../clock.js";
import { debug, publishFailover } from "../diagnostics.js";
import { isCredentialsError } from "../errors.js";
import { regionHealth } from "./region-health.js";
import { classifyServiceError, describeServiceError, isThrottling, neverArrived } from "./service-error.js";
import type { StsPlace } from "./sts-place.js";

/** A call that may go to one region or another. */
export interface Failover<T> {
  readonly operation: string;
  readonly target: string;
  readonly places: readonly StsPlace[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** False where the input works once: then another region is asked only when the one before it received nothing. */
  readonly resend: boolean;
  ask(place: StsPlace): Promise<T>;
}

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
  const health = regionHealth(call.clock);
  const places = health.inOrder(call.places);
  for (const [index, place] of places.entries()) {
    try {
      // One after the other: the next region is asked only when this one does not answer.
      const output = await call.ask(place);
      health.answered(place);
      return { output, place };
    } catch (error) {
      const next = places[index + 1];
      if (!isDown(error) || call.signal.aborted) {
        throw error;
      }
      if (call.places.length > 1) {
        health.failed(place);
      }
      if (next === undefined || !(call.resend || neverArrived(error))) {
        throw error;
      }
      tellOf(call, { from: place, to: next, error });
    }
  }
  throw new Error("There was no region to ask");
}

/** Sockets, timeouts, 5xx and a region that is not activated: what is no answer of a service that is well. */
function isDown(error: unknown): boolean {
  if (!(error instanceof Error) || isCredentialsError(error) || isThrottling(error)) {
    return false;
  }
  const { code, status } = describeServiceError(error);
  if (code === "RegionDisabled" || (status !== undefined && status >= 500)) {
    return true;
  }
  const failure = status === undefined ? classifyServiceError(error) : undefined;
  return failure === "transient" || failure === "timeout";
}

function tellOf(call: Failover<unknown>, moved: { from: StsPlace; to: StsPlace; error: unknown }): void {
  const { operation, target } = call;
  const { from, to, error } = moved;
  const reason = error instanceof Error ? describeServiceError(error).code : "";
  debug("%s: %s does not answer (%s), asking %s", operation, from.region, reason, to.region);
  publishFailover(() => ({ operation, target, from: from.region, to: to.region, reason }));
}
