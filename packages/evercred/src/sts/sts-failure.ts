import {
  CredentialsConfigError,
  CredentialsDeniedError,
  type CredentialsError,
  CredentialsExpiredError,
  CredentialsTimeoutError,
  CredentialsTransientError,
  isCredentialsError,
} from "../errors.js";
import {
  classifyServiceError,
  describeServiceError,
  type FailureClass,
  isThrottling,
  type ServiceFailure,
} from "./service-error.js";

/** What the message of a failed call tells beside what the service said. */
export interface CallDescription {
  readonly operation: string;
  /** What was asked for, for example a role's ARN. */
  readonly target: string;
  /** Where: the region, or the endpoint. */
  readonly place: string;
  /** Values that the service may quote and that must not be printed. */
  readonly secrets: readonly string[];
  readonly attempts: number;
}

const ADVICE: Readonly<Record<string, string>> = {
  AccessDenied:
    "Check that the caller may call it, that the role's trust policy names the caller, and that external id, MFA, " +
    "source identity and tags are what it asks for.",
  SignatureDoesNotMatch: "Check the secret access key of the signer, and the clock of this machine.",
  InvalidClientTokenId: "The signer's access key does not exist, or was deleted. Check the signer's credentials.",
  MalformedPolicyDocument: "Mend the session `policy`.",
  PackedPolicyTooLarge: "Shorten `policy`, or pass fewer `policyArns` and `tags`: they share one packed limit.",
  RegionDisabled: "Activate STS for this region in the account, or set `region` to another one.",
  EndpointError:
    "Mend the settings it names: FIPS and dual-stack (AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT) do not go " +
    "with an endpoint of your own (`endpoint`, AWS_ENDPOINT_URL).",
  ValidationError: "Mend the option that STS names.",
};

const HOUR_OF_A_CHAIN = /1 hour session limit for roles assumed by role chaining/;
const ROLE_MAXIMUM = /exceeds the MaxSessionDuration/;

/** One of the family for whatever a call of STS ended with. */
export function toStsError(cause: unknown, call: CallDescription): CredentialsError {
  if (isCredentialsError(cause)) {
    return cause;
  }
  const error = cause instanceof Error ? cause : new Error(`a value of type ${typeof cause} was thrown`);
  const said = describeServiceError(error);
  const safe = withoutSecrets(said.message, call.secrets);
  const failure: FailureClass | undefined = classifyServiceError(cause);
  const what = `STS ${call.operation} for ${call.target} (${call.place})`;
  const reason = `${said.code}: ${safe}${said.requestId === undefined ? "" : ` (request id ${said.requestId})`}`;
  const tries = call.attempts === 1 ? "" : ` after ${call.attempts} attempts`;
  const options = { cause: safeCause(error, safe) };
  switch (failure) {
    case "config":
      return new CredentialsConfigError(`${what} was refused with ${reason}. ${adviceFor(said.code, safe)}`, options);
    case "renew":
      return said.code === "InvalidClientTokenId"
        ? denied(`${what} was refused with ${reason}. ${adviceFor(said.code, safe)}`)
        : new CredentialsExpiredError(
            `${what} was refused with ${reason}. Renew the credentials that sign it.`,
            options,
          );
    case "denied":
      return denied(`${what} was refused with ${reason}. ${adviceFor(said.code, safe)}`);
    case "timeout":
      return new CredentialsTimeoutError(
        `${what} did not answer in time${tries}. Check that its endpoint can be reached from here.`,
        options,
      );
    default:
      return new CredentialsTransientError(
        `${what} failed with ${reason}${tries}. ${passingAdvice(cause, said)}`,
        options,
      );
  }

  function denied(message: string): CredentialsDeniedError {
    const { code: serviceCode, requestId } = said;
    return new CredentialsDeniedError(message, { ...options, serviceCode, requestId, operation: call.operation });
  }
}

function adviceFor(code: string, message: string): string {
  if (HOUR_OF_A_CHAIN.test(message)) {
    return "A role assumed with another role's credentials lives one hour at most: leave `durationSeconds` out or set it to 3600 or less.";
  }
  if (ROLE_MAXIMUM.test(message)) {
    return "Set `durationSeconds` to at most the role's maximum session duration, or raise that in IAM.";
  }
  return ADVICE[code] ?? "Ask whoever manages the account, with the request id.";
}

/** What passes by itself passes sooner with the right help. */
function passingAdvice(cause: unknown, said: ServiceFailure): string {
  if (isThrottling(cause)) {
    return "A later call asks again. STS throttles by account and region: share one cache, and spread what starts at once.";
  }
  return said.status === undefined || said.status < 400
    ? "A later call asks again. Check that the endpoint can be reached from here: network, proxy, `endpoint`, AWS_ENDPOINT_URL."
    : "A later call asks again. If it stays, set `region` to one whose STS is well.";
}

/** A validation message quotes the value that failed. The longest go first: a short one may be a part of them. */
function withoutSecrets(message: string, secrets: readonly string[]): string {
  const longestFirst = secrets.filter((secret) => secret !== "").sort((one, other) => other.length - one.length);
  return longestFirst.reduce((text, secret) => text.replaceAll(secret, "***"), message);
}

/** The SDK's error carries the response, and more with every version: a copy carries what we name. */
function safeCause(error: Error, message: string): Error {
  const copy = new Error(message);
  copy.name = error.name;
  copy.stack = `${error.name}: ${message}\n${(error.stack ?? "").split("\n").filter(isFrame).join("\n")}`;
  return copy;
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}
