import {
  type CredentialsError,
  CredentialsTransientError,
  CredentialsUnavailableError,
  isCredentialsError,
  withoutAddress,
} from "../errors.js";

/** A background load that would have to prompt a person. */
export function needsPerson(error: CredentialsError): boolean {
  return "needsPerson" in error && error.needsPerson === true;
}

/** Whether asking again cannot help. An absent configuration may appear, and nothing was asked: not terminal. */
export function isTerminal(error: CredentialsError): boolean {
  return (
    error.code === "ERR_CREDENTIALS_DENIED" ||
    error.code === "ERR_CREDENTIALS_CONFIG" ||
    error.code === "ERR_CREDENTIALS_EXPIRED"
  );
}

/** Whatever a source throws, as one of the family: also what cannot be read. */
export function toCredentialsError(cause: unknown, name: string): CredentialsError {
  try {
    return isCredentialsError(cause) ? cause : wrapError(cause, name);
  } catch {
    return new CredentialsTransientError(`${name} failed with an error that cannot be read; see \`cause\`.`, { cause });
  }
}

function wrapError(cause: unknown, name: string): CredentialsError {
  const said = cause instanceof Error ? `${cause.name}: ${withoutAddress(String(cause.message))}` : typeof cause;
  if (cause instanceof Error && "tryNextLink" in cause && cause.tryNextLink === true) {
    return new CredentialsUnavailableError(`${name} has no credentials: ${said}`, { cause });
  }
  return new CredentialsTransientError(
    `${name} failed with ${said}. A later call asks again; see \`cause\`, and mend what the source depends on.`,
    { cause },
  );
}
