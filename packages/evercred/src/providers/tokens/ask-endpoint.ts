import {
  CredentialsConfigError,
  CredentialsDeniedError,
  type CredentialsError,
  CredentialsTimeoutError,
  CredentialsTransientError,
  CredentialsUnavailableError,
  isCredentialsError,
} from "../../errors.js";
import { retry } from "../../sts/retry.js";
import { type Answerer, refusalOf } from "./answer-text.js";
import {
  ATTEMPT_TIMEOUT_MS,
  exchangeOnce,
  type HttpAnswer,
  type HttpOutcome,
  type HttpRequest,
} from "./http-exchange.js";
import type { TokenRequest } from "./token-source.js";

/** A server that is asked for a token, and how its answers are to be understood. */
export interface Endpoint extends Answerer {
  /** What is asked for: the `operation` of a refusal. */
  readonly operation: string;
  readonly exchange: HttpRequest;
  /** Where it may be that nothing is there, because this is another cloud or none: what to say then. */
  readonly absent?: string | undefined;
  /** Statuses that pass by themselves, beside 408, 429 and 5xx. */
  readonly passing?: readonly number[];
  /** It names its refusals by the `error` of OAuth, whatever the status. */
  readonly oauth?: boolean;
  /** Looks at every answer, before its status does. Throws when it is somebody else's. */
  readonly inspect?: (answer: HttpAnswer) => void;
}

const ATTEMPTS = 3;

/** Means of the first pause: short for a lost packet, longer where the server says "slow down". */
const PAUSE_MS = 100;
const THROTTLED_PAUSE_MS = 500;

/** The host, or the way to it, does not exist. */
const NOWHERE = new Set(["ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN", "ENETDOWN"]);

/** https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1: refusals that are none. */
const PASSING_CODES = new Set(["temporarily_unavailable", "server_error", "slow_down"]);

/** What repeating can help; nothing else is tried again. */
const PASSING_ERRORS = new Set(["ERR_CREDENTIALS_TRANSIENT", "ERR_CREDENTIALS_TIMEOUT", "ERR_CREDENTIALS_UNAVAILABLE"]);

/**
 * Asks for an answer of 2xx: at most three times, each within its bound, by the request's clock and dice.
 *
 * @throws CredentialsError, or the reason of the request's signal.
 */
export async function askEndpoint(endpoint: Endpoint, request: TokenRequest): Promise<HttpAnswer> {
  const { clock, random, signal } = request;
  let attempts = 0;
  let last: HttpOutcome | undefined;

  async function attempt(): Promise<HttpAnswer> {
    attempts += 1;
    last = await exchangeOnce(endpoint.exchange, request);
    return requireSuccess(last, endpoint, attempts);
  }

  function pauseAfter(error: unknown): number | undefined {
    if (!isCredentialsError(error) || !PASSING_ERRORS.has(error.code)) {
      return undefined;
    }
    return last?.kind === "answer" && last.status === 429 ? THROTTLED_PAUSE_MS : PAUSE_MS;
  }

  try {
    return await retry(attempt, { clock, random, signal, attempts: ATTEMPTS, pauseAfter });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

function requireSuccess(outcome: HttpOutcome, endpoint: Endpoint, attempts: number): HttpAnswer {
  const tries = attempts === 1 ? "" : ` after ${attempts} attempts`;
  if (outcome.kind !== "answer") {
    throw noAnswer(outcome, endpoint, tries);
  }
  endpoint.inspect?.(outcome);
  if (outcome.status >= 200 && outcome.status < 300) {
    return outcome;
  }
  throw refused(outcome, endpoint, tries);
}

function noAnswer(
  outcome: Exclude<HttpOutcome, HttpAnswer>,
  { what, absent }: Endpoint,
  tries: string,
): CredentialsError {
  if (outcome.kind === "silence") {
    return new CredentialsTimeoutError(
      `${what} did not answer within ${ATTEMPT_TIMEOUT_MS} ms${tries}. Check that it can be reached from here.`,
    );
  }
  const { code } = outcome;
  if (outcome.kind === "certificate") {
    return new CredentialsConfigError(
      `${what} has no TLS certificate that Node trusts (${code}). Name its authority in NODE_EXTRA_CA_CERTS, or mend ` +
        "the address.",
    );
  }
  if (absent !== undefined && NOWHERE.has(code)) {
    return new CredentialsUnavailableError(`${what} does not exist here (${code}). ${absent}`);
  }
  return new CredentialsTransientError(
    `${what} could not be reached: ${code}${tries}. Check the address, and the network on the way to it.`,
  );
}

function refused(answer: HttpAnswer, endpoint: Endpoint, tries: string): CredentialsError {
  const { status } = answer;
  const { what, advice, operation, secrets } = endpoint;
  const { code, reason } = refusalOf(answer, secrets);
  const said = `${status}${reason === "" ? "" : ` (${reason})`}`;
  if (status < 400) {
    return new CredentialsConfigError(
      `${what} answered ${status}, a redirect, which is not followed: it would carry the request's secrets elsewhere. ` +
        advice,
    );
  }
  if (isPassing(status, endpoint) || (endpoint.oauth === true && PASSING_CODES.has(code ?? ""))) {
    // What may be a mistake as well gets the advice for one.
    const next = status < 500 && status !== 429 && status !== 408 ? ` If it stays so: ${advice}` : "";
    return new CredentialsTransientError(`${what} answered ${said}${tries}. Ask again later.${next}`);
  }
  const serviceCode = endpoint.oauth === true ? code : undefined;
  if (serviceCode !== undefined || status === 401 || status === 403) {
    return new CredentialsDeniedError(`${what} refused with ${said}. ${advice}`, {
      serviceCode: serviceCode ?? String(status),
      operation,
    });
  }
  return new CredentialsConfigError(`${what} found the request wrong: ${said}. ${advice}`);
}

function isPassing(status: number, { passing = [] }: Endpoint): boolean {
  return status >= 500 || status === 408 || status === 429 || passing.includes(status);
}
