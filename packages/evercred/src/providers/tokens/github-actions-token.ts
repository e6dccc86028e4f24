import { requireKnown, requireObject } from "../../cache/option-checks.js";
import { CredentialsConfigError, CredentialsUnavailableError } from "../../errors.js";
import { requireText } from "../../sts/input-limits.js";
import { principalKey } from "../principal-key.js";
import { requireMember } from "./answer-text.js";
import type { Endpoint } from "./ask-endpoint.js";
import { askOnDemand } from "./ask-on-demand.js";
import { readVariable, requireHeaderText, type Variables } from "./read-variable.js";
import { requireSecureUrl } from "./secure-url.js";
import { AUDIENCE } from "./token-limits.js";
import { defineTokenSource, type WebIdentityTokenSource } from "./token-source.js";

/**
 * Options of {@link githubActionsToken}.
 *
 * @public
 */
export interface GithubActionsTokenOptions {
  /**
   * Who the token is for: an audience of the identity provider in IAM, 1 to 255 characters. Default:
   * `sts.amazonaws.com`.
   */
  readonly audience?: string | undefined;
  /** The variables to read. Default: `process.env`. */
  readonly env?: Variables | undefined;
}

const URL_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_URL";
const TOKEN_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

const PERMISSION =
  "Give the job (or the workflow) `permissions: id-token: write`; workflows of pull requests from forks cannot have it";

/**
 * The OIDC token of a GitHub Actions job, a new one at each request. It lives for minutes, and names the repository, the
 * branch and the environment that a role's trust policy can ask for. `ACTIONS_ID_TOKEN_REQUEST_URL` and
 * `ACTIONS_ID_TOKEN_REQUEST_TOKEN` are read at each request.
 *
 * Requests fail with `ERR_CREDENTIALS_UNAVAILABLE` when neither variable is set, `ERR_CREDENTIALS_CONFIG` when only one
 * is or when something else answers, `ERR_CREDENTIALS_DENIED` when GitHub refuses, and `ERR_CREDENTIALS_TRANSIENT` or
 * `ERR_CREDENTIALS_TIMEOUT` after three attempts of at most 5 s each.
 *
 * https://docs.github.com/en/actions/reference/security/oidc
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function githubActionsToken(options: GithubActionsTokenOptions = {}): WebIdentityTokenSource {
  requireKnown("githubActionsToken", options, ["audience", "env"]);
  const audience = requireText("audience", options.audience ?? "sts.amazonaws.com", AUDIENCE);
  const { env } = options;
  if (env !== undefined) {
    requireObject("env", env);
  }
  return defineTokenSource(
    "GitHub Actions token",
    () => {
      const { url, token } = requireJob(env ?? process.env);
      // Whose token it is: one job asks in its own name, and two environments may be two jobs.
      const job = principalKey({ accessKeyId: url, secretAccessKey: token });
      return { source: "GitHub Actions", audience, job };
    },
    async (request) => {
      const endpoint = endpointFor(audience, env ?? process.env);
      return requireMember(await askOnDemand(endpoint, request), "value", endpoint);
    },
  );
}

/** Also for the key: where the variables are gone, what is in hand stays in hand. */
function requireJob(env: Variables): { readonly url: string; readonly token: string } {
  const url = readVariable(env, URL_VARIABLE);
  const token = readVariable(env, TOKEN_VARIABLE);
  if (url === undefined && token === undefined) {
    throw new CredentialsUnavailableError(
      `This is no GitHub Actions job that may ask for a token: ${URL_VARIABLE} and ${TOKEN_VARIABLE} are not set. ${PERMISSION}.`,
    );
  }
  if (url === undefined || token === undefined) {
    const [present, missing] = url === undefined ? [TOKEN_VARIABLE, URL_VARIABLE] : [URL_VARIABLE, TOKEN_VARIABLE];
    throw new CredentialsConfigError(
      `${present} is set and ${missing} is not. GitHub sets both: pass both on to the step, container or process.`,
    );
  }
  return { url, token };
}

function endpointFor(audience: string, env: Variables): Endpoint {
  const { url, token } = requireJob(env);
  const asked = requireSecureUrl(URL_VARIABLE, url);
  const bearer = requireHeaderText(TOKEN_VARIABLE, token);
  asked.search += `${asked.search === "" ? "" : "&"}audience=${encodeURIComponent(audience)}`;
  return {
    what: `The token endpoint of GitHub Actions (${asked.origin}, from ${URL_VARIABLE})`,
    operation: "ID token",
    advice: `${PERMISSION}; and ask while the job runs.`,
    secrets: [bearer],
    exchange: {
      url: asked,
      method: "GET",
      headers: { accept: "application/json", authorization: `bearer ${bearer}` },
    },
  };
}
