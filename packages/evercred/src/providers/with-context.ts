import {
  CredentialsChainError,
  CredentialsConfigError,
  CredentialsDeniedError,
  type CredentialsError,
  CredentialsExpiredError,
  CredentialsTimeoutError,
  CredentialsTransientError,
  CredentialsUnavailableError,
  isCredentialsError,
  withoutAddress,
} from "../errors.js";

/** The same kind of error, its message told from the place where it matters. What is no error of ours stays as it is. */
export function withContext(error: unknown, context: string): unknown {
  return isCredentialsError(error) ? rewrite(error, `${context}: ${withoutAddress(error.message)}`) : error;
}

function rewrite(cause: CredentialsError, message: string): CredentialsError {
  switch (cause.code) {
    case "ERR_CREDENTIALS_UNAVAILABLE":
      return new CredentialsUnavailableError(message, { cause });
    case "ERR_CREDENTIALS_CONFIG":
      return new CredentialsConfigError(message, { cause });
    case "ERR_CREDENTIALS_DENIED":
      return new CredentialsDeniedError(message, { ...(cause as CredentialsDeniedError), cause });
    case "ERR_CREDENTIALS_TIMEOUT":
      return new CredentialsTimeoutError(message, { cause });
    case "ERR_CREDENTIALS_EXPIRED":
      return new CredentialsExpiredError(message, {
        cause,
        needsPerson: (cause as CredentialsExpiredError).needsPerson,
      });
    case "ERR_CREDENTIALS_CHAIN":
      return new CredentialsChainError(message, (cause as CredentialsChainError).errors);
    default:
      return new CredentialsTransientError(message, { cause });
  }
}
