/** What a failed call says, whoever made it. */
export interface ServiceFailure {
  /** The code on the wire without the suffix `Exception`: wire codes and class names differ in it. */
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
}

/** What to do about a failed call. */
export type FailureClass = "transient" | "timeout" | "renew" | "config" | "denied";

const THROTTLING = [
  "Throttling",
  "Throttled",
  "RequestThrottled",
  "TooManyRequests",
  "RequestLimitExceeded",
  "BandwidthLimitExceeded",
  "LimitExceeded",
  "SlowDown",
  "ProvisionedThroughputExceeded",
];

const TRANSIENT = new Set([
  ...THROTTLING,
  "RequestTimeout",
  "PriorRequestNotComplete",
  "InternalFailure",
  "InternalError",
  "ServiceUnavailable",
  "IDPCommunicationError",
]);

const RENEW = new Set(["ExpiredToken", "RequestExpired", "InvalidClientTokenId"]);

const CONFIG = new Set([
  "ValidationError",
  "Validation",
  "MalformedPolicyDocument",
  "PackedPolicyTooLarge",
  "RegionDisabled",
  "InvalidAction",
  "InvalidParameterValue",
  "InvalidParameterCombination",
  "MissingParameter",
  "OutboundWebIdentityFederationDisabled",
  "JWTPayloadSizeExceeded",
  "SessionDurationEscalation",
]);

const SOCKET_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ERR_SOCKET_CONNECTION_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/** Where these come from no byte of a request has left, or reached anybody. */
const NO_CONNECTION = new Set(["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENETDOWN", "ENOTFOUND", "EAI_AGAIN"]);

const TIMEOUT_NAMES = new Set(["TimeoutError", "AbortError", "ETIMEDOUT", "ESOCKETTIMEDOUT"]);

/** Sorts a failure by its wire code, its status and, for what never reached the service, its socket code. */
export function classifyServiceError(error: unknown): FailureClass | undefined {
  for (const one of withCauses(error)) {
    const found = classifyOne(one);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function classifyOne(error: Error): FailureClass | undefined {
  const { code, status } = describeServiceError(error);
  const socketCode = String("code" in error ? error.code : "");
  if (status === undefined) {
    // The socket's code first: the SDK calls every trouble with a socket a TimeoutError.
    if (SOCKET_CODES.has(socketCode)) {
      return "transient";
    }
    if (error.name === "EndpointError") {
      // The SDK's own: settings that exclude each other, such as FIPS and an endpoint of one's own.
      return "config";
    }
    return TIMEOUT_NAMES.has(error.name) || TIMEOUT_NAMES.has(socketCode) ? "timeout" : undefined;
  }
  // Below 400 it is no refusal: an answer that broke off, or somebody else's (a proxy, the sign-in page of a network).
  if (status < 400 || status === 408 || status === 429 || status >= 500 || TRANSIENT.has(code)) {
    return "transient";
  }
  if (RENEW.has(code)) {
    return "renew";
  }
  if (isFromElsewhere(describeServiceError(error))) {
    return "config";
  }
  return CONFIG.has(code) ? "config" : "denied";
}

/** Whether a request that failed reached nobody: what works only once still works then. */
export function neverArrived(error: unknown): boolean {
  return withCauses(error).some((one) => {
    const { code = "", syscall = "" } = one as NodeJS.ErrnoException;
    return NO_CONNECTION.has(code) && ["connect", "getaddrinfo"].includes(syscall);
  });
}

/** Whether a refusal of a token may be one of clocks or of keys that are new: it is worth another try. */
export function mayBeTooNew(error: unknown): boolean {
  return error instanceof Error && describeServiceError(error).code === "InvalidIdentityToken";
}

/** Whether a failure says "slow down". */
export function isThrottling(error: unknown): boolean {
  return error instanceof Error && THROTTLING.includes(describeServiceError(error).code);
}

function isUnreadable(error: Error, requestId: string | undefined): boolean {
  return requestId === undefined && /parse error|Deserialization error/.test(error.message);
}

const NO_ANSWER_OF_STS = "the answer is no XML of STS";

/** Whether a refusal carries nothing that a service of AWS would say: a proxy, or another server, answered. */
export function isFromElsewhere(said: ServiceFailure): boolean {
  return said.requestId === undefined && (/^Unknown(Error)?$/.test(said.message) || said.message === NO_ANSWER_OF_STS);
}

/** What an SDK's error says, without the response it carries. */
export function describeServiceError(error: Error): ServiceFailure {
  const { $metadata } = error as { readonly $metadata?: { httpStatusCode?: number; requestId?: string } };
  return {
    code: error.name.replace(/Exception$/, ""),
    // The SDK's own message points to a field that we do not pass on: there may be credentials in it.
    message: isUnreadable(error, $metadata?.requestId) ? NO_ANSWER_OF_STS : error.message,
    status: $metadata?.httpStatusCode,
    requestId: $metadata?.requestId,
  };
}

/** An error, what caused it, and everything it gathers; each once. */
function withCauses(error: unknown, seen: Set<Error> = new Set()): readonly Error[] {
  if (!(error instanceof Error) || seen.has(error)) {
    return [];
  }
  seen.add(error);
  const gathered: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...[error.cause, ...gathered].flatMap((inner) => withCauses(inner, seen))];
}
