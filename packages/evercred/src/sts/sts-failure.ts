import {
  CredentialsConfigError,
  CredentialsDeniedError,
  type CredentialsError,
  CredentialsExpiredError,
  CredentialsTimeoutError,
  CredentialsTransientError,
  isCredentialsError,
} from "../errors.js";
import { classifyServiceError, describeServiceError, type FailureClass, type ServiceFailure } from "./service-error.js";
import { adviceFor, passingAdvice } from "./sts-advice.js";
import { withoutSecrets } from "./without-secrets.js";

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
  /** What to renew when what authenticated the call has expired. Default: the credentials that sign it. */
  readonly renewal?: string | undefined;
  /** The next call asks for less than this one did. */
  readonly learned?: boolean | undefined;
}

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
      return new CredentialsConfigError(`${what} was refused with ${reason}. ${nextStep(said, call)}`, options);
    case "renew":
      return said.code === "InvalidClientTokenId"
        ? denied(`${what} was refused with ${reason}. ${adviceFor(said, call.operation)}`)
        : new CredentialsExpiredError(
            `${what} was refused with ${reason}. ${call.renewal ?? "Renew the credentials that sign it."}`,
            options,
          );
    case "denied":
      return denied(`${what} was refused with ${reason}. ${adviceFor(said, call.operation)}`);
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

function nextStep(said: ServiceFailure, call: CallDescription): string {
  return call.learned === true
    ? "The next call asks for less (`durationFallback`, `droppableTags`)."
    : adviceFor(said, call.operation);
}

/** The SDK's error carries the response, and more with every version: a copy carries what we name. */
function safeCause(error: Error, message: string): Error {
  const copy = new Error(message);
  copy.name = error.name;
  // What the socket said tells whether the request ever left.
  const { code, syscall } = error as NodeJS.ErrnoException;
  Object.assign(copy, typeof code === "string" ? { code, syscall } : {});
  copy.stack = `${error.name}: ${message}\n${(error.stack ?? "").split("\n").filter(isFrame).join("\n")}`;
  return copy;
}

function isFrame(line: string): boolean {
  return /^\s+at /.test(line);
}
