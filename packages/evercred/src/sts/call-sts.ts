import { canonicalJson } from "../cache/cache-key.js";
import { toCredentialsError } from "../cache/load-failure.js";
import { isCredentialsError } from "../errors.js";
import type { LoadContext } from "../types.js";
import { type CallSigner, gatherMaterial, type MaterialSources } from "./call-material.js";
import { openExchange, waitForTurn } from "./exchange.js";
import { askInTurn } from "./failover.js";
import { retry } from "./retry.js";
import { classifyServiceError, isThrottling, mayBeTooNew } from "./service-error.js";
import { toStsError } from "./sts-failure.js";
import { describeConfig, type StsOptions } from "./sts-options.js";
import { resolvePlaces, type StsPlace } from "./sts-place.js";

/** One call of STS. */
export interface StsCall<Input> extends Pick<MaterialSources<Input>, "input" | "secrets" | "learn"> {
  readonly operation: string;
  /** What it is about, for messages: a role's ARN. */
  readonly target: string;
  /** Absent: the operation's parameters do not tell it. */
  readonly partition: string | undefined;
  readonly options: StsOptions;
  readonly context: LoadContext;
  /** Absent: the operation takes unsigned requests. */
  readonly signer: CallSigner | undefined;
  /** The input is made anew for every attempt: a token is read again. Default: false. */
  readonly freshInput?: boolean | undefined;
  /** The operation is not there on the global endpoint. Default: false. */
  readonly regionalOnly?: boolean | undefined;
  /** What to renew when STS says that what authenticated the call has expired. Default: the credentials that sign it. */
  readonly renewal?: string | undefined;
  /** How often a transient failure is tried in all. 1 where the input works only once. */
  readonly attempts: number;
}

/** What STS answered. */
export interface StsAnswer<Output> {
  readonly output: Output;
  readonly serverDate: Date | undefined;
  readonly region: string;
  /** The region that would have been asked first, had it been well. */
  readonly preferred: string;
  /** Where it was asked, for messages. */
  readonly place: string;
}

/** Means of the first pause: short for a lost packet, longer where STS says "slow down". */
const PAUSE_MS = 100;
const THROTTLED_PAUSE_MS = 500;

/**
 * The one door to STS: regions and clients, signing, timeouts, retries, another region where one is down, a signer or a
 * token renewed once, a clock corrected once.
 *
 * @throws CredentialsError, whatever went wrong.
 */
export async function callSts<Input, Output>(call: StsCall<Input>): Promise<StsAnswer<Output>> {
  const { options, context, partition, operation, target, freshInput = false, regionalOnly = false } = call;
  const { callerClientConfig, clock, random, signal, deadline } = context;
  const places = await resolvePlaces({ operation, options, partition, regionalOnly, callerClientConfig });
  const resend = call.attempts > 1;
  const material = await gatherMaterial<Input>({
    ...call,
    input: (renew) => makeInput(call, renew),
    freshInput,
    resend,
    beforeInput: (signWith) => waitForTurn({ options, context }, places[0], signWith),
  });
  const exchange = openExchange<Input, Output>({ operation, options, context, material, resend });
  const asked = new Set<StsPlace>();
  const ask = (place: StsPlace): Promise<Output> => {
    asked.add(place);
    return exchange.attempt(place);
  };
  const settings = canonicalJson(describeConfig(options.clientConfig) ?? null);
  try {
    const { output, place } = await retry(
      () => askInTurn({ operation, target, places, settings, clock, signal, deadline, resend, ask }),
      { clock, random, signal, attempts: call.attempts, pauseAfter: (error) => pauseAfter(error, call) },
    );
    const { serverDate } = exchange;
    const [{ region: preferred }] = places;
    return { output, serverDate, region: place.region, preferred, place: nameOf([place], options) };
  } catch (error) {
    throw toStsError(error, {
      operation,
      target,
      place: nameOf([...asked], options),
      secrets: material.secrets,
      attempts: exchange.attempts,
      renewal: call.renewal,
      learned: material.learnedLater,
    });
  }
}

/** What a function of the user's throws is one of ours from here on: it says nothing about STS. */
async function makeInput<Input>(call: StsCall<Input>, renew: boolean): Promise<Input> {
  try {
    return await call.input(renew);
  } catch (error) {
    throw toCredentialsError(error, `What STS ${call.operation} for ${call.target} needs`);
  }
}

/** Only what may pass by itself is tried again. */
function pauseAfter(error: unknown, call: Pick<StsCall<unknown>, "signer">): number | undefined {
  if (isCredentialsError(error)) {
    // One of ours is about the signer or the token, whose own load has been through this.
    return undefined;
  }
  const failure = classifyServiceError(error);
  const passes = failure === "transient" || failure === "timeout" || (call.signer === undefined && mayBeTooNew(error));
  if (!passes) {
    return undefined;
  }
  return isThrottling(error) ? THROTTLED_PAUSE_MS : PAUSE_MS;
}

/** Where a call went, for messages: the endpoints that somebody named, else the regions. */
function nameOf(places: readonly StsPlace[], options: StsOptions): string {
  const configured = options.clientConfig?.endpoint;
  const names = places.map(({ endpoint = typeof configured === "string" ? configured : undefined, region }) =>
    endpoint !== undefined && URL.canParse(endpoint) ? new URL(endpoint).origin : region,
  );
  return [...new Set(names)].join(", ");
}
