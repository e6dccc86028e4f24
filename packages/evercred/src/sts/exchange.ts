import type { Credentials, LoadContext } from "../types.js";
import { send } from "./send.js";
import { classifyServiceError } from "./service-error.js";
import type { PooledClient } from "./sts-client.js";

/** Who signs a call, and how to renew it. */
export interface CallSigner {
  /** Credentials that live long enough for the call. */
  credentials(context: LoadContext): Promise<Credentials>;
  /** Others, after a service called these expired; `undefined` when there are no others. Throws what keeps it from them. */
  renew(rejected: Credentials, context: LoadContext): Promise<Credentials | undefined>;
}

/** A call that is ready to be sent. */
export interface Prepared<Input> {
  readonly operation: string;
  readonly input: Input;
  readonly to: PooledClient;
  readonly signWith: Credentials | undefined;
  readonly signer: CallSigner | undefined;
  readonly context: LoadContext;
  /** Whether the same input may be sent once more. */
  readonly resend: boolean;
}

/** The attempts of one call, with what they learn. */
export interface Exchange<Output> {
  attempt(): Promise<Output>;
  readonly attempts: number;
  /** The `Date` of the last response. */
  readonly serverDate: Date | undefined;
  /** Of those who signed: STS quotes the session token when it finds a signature wrong. */
  readonly secrets: readonly string[];
}

/** How long one attempt may take: three fit into a load's 30 s. */
const ATTEMPT_TIMEOUT_MS = 8_000;

/** STS takes a signature that is off by up to five minutes. */
const LARGEST_SKEW_MS = 240_000;

/** Opens a call. An attempt that fails for its signer's or its clock's sake mends that and is sent once more. */
export function openExchange<Input, Output>(prepared: Prepared<Input>): Exchange<Output> {
  const { context, to } = prepared;
  let { signWith } = prepared;
  let attempts = 0;
  let serverDate: Date | undefined;
  let renewed = false;
  let corrected = false;
  const secrets = secretsOf(signWith);

  async function attempt(): Promise<Output> {
    attempts += 1;
    for (;;) {
      try {
        return await sendOnce();
      } catch (error) {
        // Each is mended once, so that this ends.
        const mended = correctClock() || (await renewSigner(error));
        if (!mended || !prepared.resend) {
          throw error;
        }
      }
    }
  }

  function sendOnce(): Promise<Output> {
    // An answer that is not there has no date: one of an earlier attempt says nothing about the clock now.
    serverDate = undefined;
    return withTimeout(context, (abortSignal) =>
      send(to, {
        operation: prepared.operation,
        input: prepared.input,
        signWith,
        signingDate: new Date(context.clock.now() + to.skewMs),
        abortSignal,
        onServerDate: (date) => {
          serverDate = date;
        },
      }),
    );
  }

  /** A clock that is far off makes every signature stale: sign by the service's clock from now on. */
  function correctClock(): boolean {
    const skewMs = serverDate === undefined ? to.skewMs : serverDate.getTime() - context.clock.now();
    if (corrected || Math.abs(skewMs - to.skewMs) < LARGEST_SKEW_MS) {
      return false;
    }
    corrected = true;
    to.skewMs = skewMs;
    return true;
  }

  async function renewSigner(error: unknown): Promise<boolean> {
    if (renewed || signWith === undefined || classifyServiceError(error) !== "renew") {
      return false;
    }
    renewed = true;
    const renewal = await prepared.signer?.renew(signWith, context);
    signWith = renewal ?? signWith;
    secrets.push(...secretsOf(renewal));
    return renewal !== undefined;
  }

  return {
    attempt,
    get attempts() {
      return attempts;
    },
    get serverDate() {
      return serverDate;
    },
    secrets,
  };
}

function secretsOf(signer: Credentials | undefined): string[] {
  return signer === undefined ? [] : [signer.secretAccessKey, signer.sessionToken ?? ""];
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
