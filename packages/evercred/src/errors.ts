/**
 * What kind of failure it is. Decide by this, never by message and never by `instanceof` across packages.
 *
 * @public
 */
export type CredentialsErrorCode =
  | "ERR_CREDENTIALS_UNAVAILABLE"
  | "ERR_CREDENTIALS_CONFIG"
  | "ERR_CREDENTIALS_DENIED"
  | "ERR_CREDENTIALS_TRANSIENT"
  | "ERR_CREDENTIALS_TIMEOUT"
  | "ERR_CREDENTIALS_EXPIRED"
  | "ERR_CREDENTIALS_CHAIN";

const TROUBLESHOOTING = "https://github.com/evercred/evercred/blob/main/docs/troubleshooting.md";

/**
 * The family every failure of Evercred belongs to. The message says what was tried, what came back and what to do next,
 * and ends with the address of the page that explains the code.
 *
 * @public
 */
export class CredentialsError extends Error {
  /** What kind of failure it is. */
  readonly code: CredentialsErrorCode;
  /** What the chains of the AWS SDK read: true when the next link may be asked. */
  readonly tryNextLink: boolean;

  /** @internal */
  constructor(code: CredentialsErrorCode, message: string, options?: ErrorOptions) {
    super(`${withoutAddress(message)} (${TROUBLESHOOTING}#${code.toLowerCase()})`, options);
    this.name = new.target.name;
    this.code = code;
    this.tryNextLink = code === "ERR_CREDENTIALS_UNAVAILABLE" || code === "ERR_CREDENTIALS_CHAIN";
  }
}

/**
 * Not configured here: a chain goes on to its next link.
 *
 * @public
 */
export class CredentialsUnavailableError extends CredentialsError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_CREDENTIALS_UNAVAILABLE", message, options);
  }
}

/**
 * Configured, and wrong. The message names the option, the variable, or the file with section and key.
 *
 * @public
 */
export class CredentialsConfigError extends CredentialsError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_CREDENTIALS_CONFIG", message, options);
  }
}

/**
 * What a service said when it refused.
 *
 * @public
 */
export interface ServiceRefusal {
  /** The code on the wire, for example `AccessDenied`. */
  readonly serviceCode: string;
  /** What AWS support asks for. */
  readonly requestId?: string | undefined;
  /** The operation that was refused, for example `AssumeRole`. */
  readonly operation: string;
}

/**
 * The service refused; asking again does not help until somebody changes a policy, a code or an id.
 *
 * @public
 */
export class CredentialsDeniedError extends CredentialsError {
  /** The code on the wire, for example `AccessDenied`. */
  readonly serviceCode: string;
  /** What AWS support asks for. */
  readonly requestId: string | undefined;
  /** The operation that was refused, for example `AssumeRole`. */
  readonly operation: string;

  constructor(message: string, options: ErrorOptions & ServiceRefusal) {
    super("ERR_CREDENTIALS_DENIED", message, options.cause === undefined ? undefined : { cause: options.cause });
    this.serviceCode = options.serviceCode;
    this.requestId = options.requestId;
    this.operation = options.operation;
  }
}

/**
 * Gave up after retries, or the source answered nothing usable. A later call may succeed.
 *
 * @public
 */
export class CredentialsTransientError extends CredentialsError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_CREDENTIALS_TRANSIENT", message, options);
  }
}

/**
 * The source did not answer in time. The load was abandoned; a later call asks again.
 *
 * @public
 */
export class CredentialsTimeoutError extends CredentialsError {
  constructor(message: string, options?: ErrorOptions) {
    super("ERR_CREDENTIALS_TIMEOUT", message, options);
  }
}

/**
 * Cannot be renewed without a person or a new token.
 *
 * @public
 */
export class CredentialsExpiredError extends CredentialsError {
  /** True when a prompt would renew it, and only the background refresh that met it may not prompt. */
  readonly needsPerson: boolean;

  constructor(message: string, options?: ErrorOptions & { readonly needsPerson?: boolean }) {
    super("ERR_CREDENTIALS_EXPIRED", message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.needsPerson = options?.needsPerson ?? false;
  }
}

/**
 * No link of a chain had credentials: a line a link, with its reason and what to do.
 *
 * @public
 */
export class CredentialsChainError extends CredentialsError {
  /** Why each link had none, in their order. */
  readonly errors: readonly CredentialsError[];

  constructor(message: string, errors: readonly CredentialsError[]) {
    super("ERR_CREDENTIALS_CHAIN", message);
    this.errors = errors;
  }
}

/**
 * Whether a value belongs to the family, also when another copy of the package made it.
 *
 * @internal
 */
export function isCredentialsError(value: unknown): value is CredentialsError {
  return value instanceof Error && "code" in value && String(value.code).startsWith("ERR_CREDENTIALS_");
}

/**
 * A message without the address at its end, to be quoted inside another one.
 *
 * @internal
 */
export function withoutAddress(message: string): string {
  return message.replaceAll(/ \(https:\/\/\S+\/troubleshooting\.md#\w+\)/g, "");
}
