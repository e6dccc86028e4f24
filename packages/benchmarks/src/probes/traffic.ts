import { setTimeout as sleep } from "node:timers/promises";
import { ListBucketsCommand, type S3Client } from "@aws-sdk/client-s3";
import { quantile } from "../report/spread.js";

/** What became of a stream of requests. */
export interface Traffic extends Latencies {
  readonly requests: number;
  /** Rejected, or unanswered 1.5 s after every request of the control was answered. */
  readonly failed: number;
  /** Requests whose credentials were not at hand: they took another turn of the event loop. No matter of timing. */
  readonly waited: number;
  /** Requests of the control at the same moments: what this process and this machine did to everybody. */
  readonly control: Latencies;
  /** Answered requests that took longer than the slowest one of the control. */
  readonly slower: number;
}

/** Of the requests that were answered, in milliseconds. */
export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

interface Stream {
  readonly latencies: number[];
  readonly waited: () => number;
  /** Requests that neither came back nor failed. */
  readonly pending: () => number;
  send(): void;
}

const EVERY_MS = 10;
/** How long the control may take to come to its end, and the subject after it. */
const CONTROL_GRACE_MS = 30_000;
const GRACE_MS = 1_500;

/**
 * Sends 100 requests a second, whatever becomes of them, each with its credentials first, and as many of a control
 * client beside them.
 */
export async function sendTraffic(subject: S3Client, control: S3Client, durationMs: number): Promise<Traffic> {
  const streams = [streamOf(subject), streamOf(control)] as const;
  let requests = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < durationMs) {
    // A late timer is made up for: the rate is kept.
    while (requests * EVERY_MS <= performance.now() - startedAt) {
      // They take turns in being the first.
      streams[requests % 2 === 0 ? 0 : 1].send();
      streams[requests % 2 === 0 ? 1 : 0].send();
      requests += 1;
    }
    await sleep(EVERY_MS / 2);
  }
  // By the control's pace: a busy machine must not look like an unanswered request.
  await settled(streams[1], CONTROL_GRACE_MS);
  await settled(streams[0], GRACE_MS);
  const [{ latencies, waited }, beside] = streams;
  const slowest = Math.max(...beside.latencies);
  return {
    requests,
    failed: requests - latencies.length,
    waited: waited(),
    ...summary(latencies),
    control: summary(beside.latencies),
    slower: latencies.filter((latency) => latency > slowest).length,
  };
}

function streamOf(client: S3Client): Stream {
  const latencies: number[] = [];
  let waited = 0;
  let pending = 0;

  async function request(): Promise<void> {
    const startedAt = performance.now();
    let atHand = false;
    setImmediate(() => {
      waited += atHand ? 0 : 1;
    });
    await client.config.credentials();
    atHand = true;
    await client.send(new ListBucketsCommand({}));
    latencies.push(performance.now() - startedAt);
  }

  function send(): void {
    pending += 1;
    request()
      .catch(() => {})
      .finally(() => {
        pending -= 1;
      });
  }

  return { latencies, waited: () => waited, pending: () => pending, send };
}

async function settled(stream: Stream, graceMs: number): Promise<void> {
  const startedAt = performance.now();
  while (stream.pending() > 0 && performance.now() - startedAt < graceMs) {
    await sleep(EVERY_MS);
  }
}

function summary(latencies: readonly number[]): Latencies {
  const sorted = [...latencies].sort((one, other) => one - other);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? Number.NaN };
}
