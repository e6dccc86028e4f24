import { isCredentialsError } from "../errors.js";
import type { LoadContext } from "../types.js";
import { type CallSigner, openExchange } from "./exchange.js";
import { retry } from "./retry.js";
import { classifyServiceError, isThrottling } from "./service-error.js";
import { stsClient } from "./sts-client.js";
import { toStsError } from "./sts-failure.js";
import { placeOf, type StsOptions } from "./sts-options.js";
import { regionOf, resolveStsRegion } from "./sts-region.js";

/** One call of STS. */
export interface StsCall<Input> {
  readonly operation: string;
  /** What it is about, for messages: a role's ARN. */
  readonly target: string;
  readonly partition: string;
  readonly options: StsOptions;
  readonly context: LoadContext;
  /** Absent: the operation takes unsigned requests. */
  readonly signer: CallSigner | undefined;
  /** The input, made once the signer's credentials are there: a code that works once is not asked for in vain. */
  input(): Promise<Input>;
  /** Values of the input that must not be printed. */
  secrets(input: Input): readonly string[];
  /** How often a transient failure is tried in all. 1 where the input works only once. */
  readonly attempts: number;
}

/** What STS answered. */
export interface StsAnswer<Output> {
  readonly output: Output;
  readonly serverDate: Date | undefined;
  readonly region: string;
  /** Where it was asked, for messages. */
  readonly place: string;
}

/** Means of the first pause: short for a lost packet, longer where STS says "slow down". */
const PAUSE_MS = 100;
const THROTTLED_PAUSE_MS = 500;

/**
 * The one door to STS: region and client, signing, timeouts, retries, a signer renewed once, a clock corrected once.
 *
 * @throws CredentialsError, whatever went wrong.
 */
export async function callSts<Input, Output>(call: StsCall<Input>): Promise<StsAnswer<Output>> {
  const { options, context, partition, operation, target } = call;
  const { callerClientConfig, clock, random, signal } = context;
  const region = await resolveStsRegion({
    region: options.region ?? (await regionOf(options.clientConfig)),
    callerClientConfig,
    env: process.env,
    partition,
  });
  const to = await stsClient(region, options);
  const signWith = await call.signer?.credentials(context);
  const input = await call.input();
  const resend = call.attempts > 1;
  const exchange = openExchange<Input, Output>({
    operation,
    input,
    to,
    // A person takes minutes over a code, and the signer's credentials may have ended meanwhile.
    signWith: resend ? signWith : await call.signer?.credentials(context),
    signer: call.signer,
    context,
    resend,
  });
  try {
    const output = await retry(exchange.attempt, { clock, random, signal, attempts: call.attempts, pauseAfter });
    return { output, serverDate: exchange.serverDate, region, place: placeOf(options, region) };
  } catch (error) {
    const place = placeOf(options, region);
    const { attempts } = exchange;
    throw toStsError(error, {
      operation,
      target,
      place,
      secrets: [...call.secrets(input), ...exchange.secrets],
      attempts,
    });
  }
}

/** Only what may pass by itself is tried again. */
function pauseAfter(error: unknown): number | undefined {
  // One of ours is about the signer, whose own load has been through this.
  const failure = isCredentialsError(error) ? undefined : classifyServiceError(error);
  if (failure !== "transient" && failure !== "timeout") {
    return undefined;
  }
  return isThrottling(error) ? THROTTLED_PAUSE_MS : PAUSE_MS;
}
