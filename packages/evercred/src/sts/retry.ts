import type { Clock } from "../clock.js";

/** How a call is repeated. */
export interface RetryPolicy {
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** How often it may be tried, from 1. */
  readonly attempts: number;
  /** Whether a failure may pass by itself, and if so the mean of the first pause in milliseconds. */
  pauseAfter(error: unknown): number | undefined;
}

const LONGEST_PAUSE_MS = 5_000;

/**
 * Tries until it works, with exponential pauses and full jitter, as long as the signal lets it.
 * https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export async function retry<T>(attempt: () => Promise<T>, policy: RetryPolicy): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (policy.attempts <= 1 || policy.signal.aborted || policy.pauseAfter(error) === undefined) {
      throw error;
    }
    return retryAfter(error, attempt, policy);
  }
}

/** p-retry is loaded when the first attempt has failed: a cold start does not pay for it. */
async function retryAfter<T>(first: unknown, attempt: () => Promise<T>, policy: RetryPolicy): Promise<T> {
  const { default: pRetry } = await import("p-retry");
  let failed: unknown = first;
  return pRetry(
    async (number) => {
      // The pause comes first: it is ours, by the injected clock and random, where p-retry's are its own.
      await pause(fullJitterMs(policy, failed, number), policy);
      try {
        return await attempt();
      } catch (error) {
        failed = error;
        throw asError(error);
      }
    },
    {
      retries: policy.attempts - 2,
      minTimeout: 0,
      signal: policy.signal,
      shouldRetry: () => policy.pauseAfter(failed) !== undefined,
    },
  ).catch((error: unknown) => {
    // p-retry rejects with what the last attempt threw, or with the signal's reason.
    throw policy.signal.aborted ? failed : error;
  });
}

function fullJitterMs(policy: RetryPolicy, failed: unknown, number: number): number {
  const first = policy.pauseAfter(failed) ?? 0;
  return policy.random() * Math.min(LONGEST_PAUSE_MS, first * 2 ** number);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error("A value that is no Error was thrown", { cause: error });
}

/** Waits by the injected clock; a signal ends it early. */
function pause(ms: number, policy: Pick<RetryPolicy, "clock" | "signal">): Promise<void> {
  const { clock, signal } = policy;
  return new Promise((resolve) => {
    const done = (): void => {
      waiting.cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const waiting = clock.schedule(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
