import { freezeCredentials } from "../cache/credential-set.js";
import { requireClock, requireKnown, requireObject } from "../cache/option-checks.js";
import { type Clock, systemClock } from "../clock.js";
import { CredentialsConfigError, CredentialsUnavailableError } from "../errors.js";
import type { CredentialProvider, Credentials } from "../types.js";
import { type AccountOptions, readAllowedAccounts } from "./allowed-accounts.js";
import { createDirectProvider } from "./direct-provider.js";
import { principalKey } from "./principal-key.js";

/**
 * Options of {@link fromEnv}.
 *
 * @public
 */
export interface EnvOptions extends AccountOptions {
  /** The variables to read. Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Where the time is read, for `AWS_CREDENTIAL_EXPIRATION`. Default: the machine's clock. */
  readonly clock?: Clock | undefined;
}

const VARIABLES = {
  accessKeyId: "AWS_ACCESS_KEY_ID",
  secretAccessKey: "AWS_SECRET_ACCESS_KEY",
  sessionToken: "AWS_SESSION_TOKEN",
  expiration: "AWS_CREDENTIAL_EXPIRATION",
  credentialScope: "AWS_CREDENTIAL_SCOPE",
  accountId: "AWS_ACCOUNT_ID",
} as const;

type Values = Readonly<Partial<Record<keyof typeof VARIABLES, string>>>;

/**
 * Credentials of the environment variables that the AWS CLI reads: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
 * `AWS_SESSION_TOKEN`, `AWS_CREDENTIAL_EXPIRATION`, `AWS_CREDENTIAL_SCOPE` and `AWS_ACCOUNT_ID`. They are read at each
 * call. A blank variable counts as unset.
 *
 * Calls fail with `ERR_CREDENTIALS_UNAVAILABLE` when neither key is set, `ERR_CREDENTIALS_CONFIG` when only one is, and
 * `ERR_CREDENTIALS_EXPIRED` when the expiration has passed.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html
 *
 * @public
 */
export function fromEnv(options: EnvOptions = {}): CredentialProvider {
  requireKnown("fromEnv", options, ["env", "clock", "allowedAccountIds"]);
  if (options.env !== undefined) {
    requireObject("env", options.env);
  }
  const clock = requireClock(options.clock ?? systemClock);
  const allowed = readAllowedAccounts(options);
  let seen = "";
  let set: Credentials | undefined;

  function read(): Credentials {
    const values = readValues(options.env ?? process.env);
    const written = JSON.stringify(values);
    if (set === undefined || written !== seen) {
      set = freeze(values);
      seen = written;
    }
    return set;
  }

  return createDirectProvider({
    name: "environment",
    key: () => principalKey(read()),
    read,
    renewal: "Put new credentials into the environment (AWS_ACCESS_KEY_ID and its companions).",
    clock,
    allowed,
  });
}

function readValues(env: Readonly<Record<string, string | undefined>>): Values {
  const entries = Object.entries(VARIABLES).map(([option, variable]) => [option, readText(env, variable)]);
  return Object.fromEntries(entries);
}

function readText(env: Readonly<Record<string, unknown>>, variable: string): string | undefined {
  const value = env[variable] ?? "";
  if (typeof value !== "string") {
    throw new CredentialsConfigError(`${variable} must be a string; \`env\` has a value of type ${typeof value}.`);
  }
  return value.trim() || undefined;
}

function freeze(values: Values): Credentials {
  const { accessKeyId, secretAccessKey, expiration, ...rest } = values;
  if (accessKeyId === undefined && secretAccessKey === undefined) {
    throw new CredentialsUnavailableError(
      "The environment holds no credentials: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set. Set both, or use " +
        "another provider.",
    );
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const missing = accessKeyId === undefined ? VARIABLES.accessKeyId : VARIABLES.secretAccessKey;
    const present = accessKeyId === undefined ? VARIABLES.secretAccessKey : VARIABLES.accessKeyId;
    throw new CredentialsConfigError(`${present} is set and ${missing} is not. Set both, or neither.`);
  }
  const expires = expiration === undefined ? {} : { expiration: readExpiration(expiration) };
  const $source = { CREDENTIALS_ENV_VARS: "g" };
  return freezeCredentials({ accessKeyId, secretAccessKey, ...rest, ...expires, $source }, notUsable);
}

function notUsable(reason: string): CredentialsConfigError {
  return new CredentialsConfigError(`The credentials of the environment cannot be used: ${reason}.`);
}

function readExpiration(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) {
    throw new CredentialsConfigError(
      "AWS_CREDENTIAL_EXPIRATION must be an ISO 8601 date and time such as 2026-01-01T00:00:00Z; it is not.",
    );
  }
  return date;
}
