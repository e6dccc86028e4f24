import { kindOf } from "../cache/option-checks.js";
import { CredentialsConfigError } from "../errors.js";

/** The variables that name an endpoint, the first that is set wins. */
const VARIABLES = ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"] as const;

/**
 * Checks an endpoint, wherever it was named.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireEndpoint(option: string, value: unknown): string {
  if (typeof value !== "string" || !/^https?:\/\//.test(value) || !URL.canParse(value)) {
    const came = typeof value === "string" ? `${value.length} characters that are none` : kindOf(value);
    throw new CredentialsConfigError(`\`${option}\` must be a URL that begins with https:// or http://; got ${came}.`);
  }
  if (new URL(value).username !== "" || new URL(value).password !== "") {
    throw new CredentialsConfigError(
      `\`${option}\` must not hold a user name or a password: messages name the endpoint. Put them elsewhere.`,
    );
  }
  return value;
}

/** Whether the environment says to pass over the endpoints that variables and profiles name. */
export function ignoresConfiguredEndpoints(env: NodeJS.ProcessEnv): boolean {
  return env["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true";
}

/**
 * The endpoint the environment names: another endpoint may be another AWS.
 *
 * @throws {@link CredentialsConfigError} naming the variable that holds no URL.
 */
export function environmentEndpoint(env: NodeJS.ProcessEnv): string | undefined {
  if (ignoresConfiguredEndpoints(env)) {
    return undefined;
  }
  const variable = VARIABLES.find((name) => env[name]);
  return variable === undefined ? undefined : requireEndpoint(variable, env[variable]);
}
