import type { Credentials, LoadContext } from "../types.js";
import { takeTurn } from "./call-budget.js";
import type { CallMaterial } from "./call-material.js";
import { send } from "./send.js";
import { type PooledClient, stsClient } from "./sts-client.js";
import type { StsOptions } from "./sts-options.js";
import type { StsPlace } from "./sts-place.js";

/** A call that is ready to be sent. */
export interface Prepared<Input> {
  readonly operation: string;
  readonly options: StsOptions;
  readonly context: LoadContext;
  readonly material: CallMaterial<Input>;
  /** Whether the same input may be sent once more. */
  readonly resend: boolean;
}

/** The attempts of one call, with what they learn. */
export interface Exchange<Output> {
  attempt(place: StsPlace): Promise<Output>;
  readonly attempts: number;
  /** The `Date` of the last response. */
  readonly serverDate: Date | undefined;
}

/** How long one attempt may take: three fit into a load's 30 s. */
const ATTEMPT_TIMEOUT_MS = 8_000;

/** STS takes a signature that is off by up to five minutes. */
const LARGEST_SKEW_MS = 240_000;

/** Opens a call. An attempt that fails for something that can be mended mends that and is sent once more. */
export function openExchange<Input, Output>(prepared: Prepared<Input>): Exchange<Output> {
  const { context, material } = prepared;
  let attempts = 0;
  let serverDate: Date | undefined;
  const corrected = new Set<PooledClient>();

  async function attempt(place: StsPlace): Promise<Output> {
    const to = await stsClient(place, prepared.options);
    if (attempts > 0) {
      await material.refresh();
    }
    attempts += 1;
    for (;;) {
      try {
        if (prepared.resend) {
          await waitForTurn(prepared, place, material.signWith);
        }
        return await sendOnce(to);
      } catch (error) {
        if (!prepared.resend) {
          // The next call has the good of it; this one failed for what STS said, whatever comes of the mending.
          await mend(to, error).catch(() => false);
          throw error;
        }
        // Each is mended a bounded number of times, so that this ends.
        if (!(await mend(to, error))) {
          throw error;
        }
      }
    }
  }

  async function mend(to: PooledClient, error: unknown): Promise<boolean> {
    return correctClock(to) || material.mend(error);
  }

  function sendOnce(to: PooledClient): Promise<Output> {
    // An answer that is not there has no date: one of an earlier attempt says nothing about the clock now.
    serverDate = undefined;
    return withTimeout(context, (abortSignal) =>
      send(to, {
        operation: prepared.operation,
        input: material.input,
        signWith: material.signWith,
        signingDate: new Date(context.clock.now() + to.skewMs),
        abortSignal,
        onServerDate: (date) => {
          serverDate = date;
        },
      }),
    );
  }

  /** A clock that is far off makes every signature stale: sign by the service's clock from now on. */
  function correctClock(to: PooledClient): boolean {
    const skewMs = serverDate === undefined ? to.skewMs : serverDate.getTime() - context.clock.now();
    if (corrected.has(to) || Math.abs(skewMs - to.skewMs) < LARGEST_SKEW_MS) {
      return false;
    }
    corrected.add(to);
    to.skewMs = skewMs;
    return true;
  }

  return {
    attempt,
    get attempts() {
      return attempts;
    },
    get serverDate() {
      return serverDate;
    },
  };
}

/** Calls are counted by the account that makes them and the region. */
export async function waitForTurn(
  { options, context }: Pick<Prepared<unknown>, "options" | "context">,
  { region, endpoint = "" }: StsPlace,
  signWith: Credentials | undefined,
): Promise<void> {
  const { callsPerSecond } = options;
  if (callsPerSecond !== undefined) {
    const { clock, background, deadline, signal } = context;
    const budget = `${region} ${endpoint} ${signWith?.accountId ?? ""}`;
    await takeTurn({ clock, background, deadline, signal, budget, callsPerSecond });
  }
}

/** Runs one attempt within its bound; the end of the load ends it too. */
async function withTimeout<T>(context: LoadContext, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(context.signal.reason);
  const timer = context.clock.schedule(() => controller.abort(), ATTEMPT_TIMEOUT_MS);
  context.signal.addEventListener("abort", onAbort, { once: true });
  try {
    context.signal.throwIfAborted();
    return await run(controller.signal);
  } finally {
    timer.cancel();
    context.signal.removeEventListener("abort", onAbort);
  }
}
