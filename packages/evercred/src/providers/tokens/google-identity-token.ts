import { requireKnown } from "../../cache/option-checks.js";
import { CredentialsConfigError, CredentialsUnavailableError } from "../../errors.js";
import { requireText, type TextLimit } from "../../sts/input-limits.js";
import { requireEndpoint } from "../../sts/sts-endpoint.js";
import { describe, notUsable } from "./answer-text.js";
import type { Endpoint } from "./ask-endpoint.js";
import { askOnDemand } from "./ask-on-demand.js";
import type { HttpAnswer } from "./http-exchange.js";
import { readVariable } from "./read-variable.js";
import { AUDIENCE } from "./token-limits.js";
import { defineTokenSource, type WebIdentityTokenSource } from "./token-source.js";

/**
 * Options of {@link googleIdentityToken}.
 *
 * @public
 */
export interface GoogleIdentityTokenOptions {
  /** Who the token is for: what the role's trust policy has for `accounts.google.com:oaud`, 1 to 255 characters. */
  readonly audience: string;
  /** The service account: its e-mail address, 1 to 320 characters. Default: `default`, the one of the machine. */
  readonly serviceAccount?: string | undefined;
  /**
   * The metadata server, as a URL. Default: the host in `GCE_METADATA_HOST`, else `http://metadata.google.internal`.
   */
  readonly endpoint?: string | undefined;
}

const SERVER = "http://metadata.google.internal";
const HOST_VARIABLE = "GCE_METADATA_HOST";
const FLAVOR = "Metadata-Flavor";
const ABSENT = "This is not on Google Cloud; use another token source here.";

const SERVICE_ACCOUNT: TextLimit = {
  min: 1,
  max: 320,
  pattern: /^(?!\.)[\w.@:+-]+$/,
  allowed: "letters, digits and _.@:+-, and not begin with a dot",
};

/** The metadata server calls a token text/html, so its shape has to tell it from a page. */
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * The identity token of a Google Cloud service account, from the metadata server of Compute Engine, GKE, Cloud Run and
 * Cloud Functions. It is asked at each request; the server keeps a token for as long as it is good.
 *
 * Requests fail with `ERR_CREDENTIALS_UNAVAILABLE` when there is no metadata server, `ERR_CREDENTIALS_CONFIG` when the
 * service account does not exist or another server answers, `ERR_CREDENTIALS_DENIED` when it refuses, and
 * `ERR_CREDENTIALS_TRANSIENT` or `ERR_CREDENTIALS_TIMEOUT` after three attempts of at most 5 s each.
 *
 * https://cloud.google.com/compute/docs/instances/verifying-instance-identity
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function googleIdentityToken(options: GoogleIdentityTokenOptions): WebIdentityTokenSource {
  requireKnown("googleIdentityToken", options, ["audience", "serviceAccount", "endpoint"]);
  const audience = requireText("audience", options.audience, AUDIENCE);
  const serviceAccount = requireText("serviceAccount", options.serviceAccount ?? "default", SERVICE_ACCOUNT);
  const { endpoint } = options;
  if (endpoint !== undefined) {
    requireEndpoint("endpoint", endpoint);
  }
  return defineTokenSource(
    "Google identity token",
    () => ({ source: "Google", audience, serviceAccount, server: serverNamedBy(endpoint).url }),
    async (request) => {
      const asked = endpointFor({ audience, serviceAccount }, serverNamedBy(endpoint));
      return requireJwt(await askOnDemand(asked, request), asked);
    },
  );
}

/** A metadata server, and what named it. */
interface Server {
  readonly url: string;
  readonly namedBy: string | undefined;
}

/** Whoever names a server means it: only where nobody did may there be none. */
function serverNamedBy(endpoint: string | undefined): Server {
  if (endpoint !== undefined) {
    return { url: endpoint.replace(/\/+$/, ""), namedBy: "`endpoint`" };
  }
  const host = readVariable(process.env, HOST_VARIABLE);
  if (host === undefined) {
    return { url: SERVER, namedBy: undefined };
  }
  const url = requireEndpoint(HOST_VARIABLE, /^https?:\/\//.test(host) ? host : `http://${host}`);
  return { url: url.replace(/\/+$/, ""), namedBy: HOST_VARIABLE };
}

function endpointFor(
  identity: Pick<GoogleIdentityTokenOptions, "audience" | "serviceAccount">,
  server: Server,
): Endpoint {
  const { audience, serviceAccount = "" } = identity;
  const account = encodeURIComponent(serviceAccount);
  const query = `audience=${encodeURIComponent(audience)}&format=full`;
  const from = server.namedBy === undefined ? "" : `, from ${server.namedBy}`;
  const what = `The metadata server of Google Cloud (${server.url}${from})`;
  return {
    what,
    operation: "identity",
    advice: `Check that the service account ${serviceAccount} exists, and is attached to what runs here.`,
    secrets: [],
    absent: server.namedBy === undefined ? ABSENT : undefined,
    exchange: {
      url: new URL(`${server.url}/computeMetadata/v1/instance/service-accounts/${account}/identity?${query}`),
      method: "GET",
      headers: { [FLAVOR]: "Google" },
    },
    inspect: (answer) => requireFlavor(answer, { what, namedBy: server.namedBy }),
  };
}

/** A network may answer for every name there is. Errors of a gateway on the way are looked at by their status. */
function requireFlavor(
  answer: HttpAnswer,
  server: { readonly what: string; readonly namedBy: string | undefined },
): void {
  if (answer.status >= 500 || answer.headers.get(FLAVOR)?.toLowerCase() === "google") {
    return;
  }
  const found = `${server.what} answered ${answer.status} without the header ${FLAVOR}: Google: it is another server.`;
  if (server.namedBy === undefined) {
    throw new CredentialsUnavailableError(`${found} ${ABSENT}`);
  }
  throw new CredentialsConfigError(`${found} Mend ${server.namedBy}.`);
}

function requireJwt(answer: HttpAnswer, asked: Endpoint): string {
  const token = answer.text?.trim();
  if (token === undefined || !JWT.test(token)) {
    throw notUsable(answer, asked, `${describe(answer)} that are no JWT`);
  }
  return token;
}
