import { requireText } from "../../sts/input-limits.js";
import { untilAborted } from "../until-aborted.js";
import { requireMember } from "./answer-text.js";
import type { Endpoint } from "./ask-endpoint.js";
import { askOnDemand } from "./ask-on-demand.js";
import type { HttpRequest } from "./http-exchange.js";
import { checkClientOptions, clientKey, type OidcClientCredentialsOptions } from "./oidc-client-options.js";
import { SECRET } from "./token-limits.js";
import { defineTokenSource, type TokenRequest, type WebIdentityTokenSource } from "./token-source.js";

/**
 * The token of an OAuth client, by the client credentials grant of any OpenID Connect provider: Keycloak, Auth0, Okta,
 * Entra ID, and so on. A new token is asked for at each request; the discovery document is kept.
 *
 * Requests fail with `ERR_CREDENTIALS_DENIED` when the endpoint refuses (`serviceCode` is its `error`, for example
 * `invalid_client`), `ERR_CREDENTIALS_CONFIG` when something else answers or the issuer is another one, and
 * `ERR_CREDENTIALS_TRANSIENT` or `ERR_CREDENTIALS_TIMEOUT` after three attempts of at most 5 s each.
 *
 * https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 * https://openid.net/specs/openid-connect-discovery-1_0.html
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function oidcClientCredentials(options: OidcClientCredentialsOptions): WebIdentityTokenSource {
  checkClientOptions(options);
  const client = { ...options };
  const { issuer, token: member = "access_token" } = client;
  let discovered: URL | undefined;

  async function tokenEndpoint(request: TokenRequest): Promise<URL> {
    if (issuer === undefined) {
      return new URL(client.tokenEndpoint ?? "");
    }
    if (discovered === undefined) {
      const { discoverTokenEndpoint } = await import("./oidc-discovery.js");
      discovered = await discoverTokenEndpoint(issuer, request);
    }
    return discovered;
  }

  async function read(request: TokenRequest): Promise<string> {
    const url = await tokenEndpoint(request);
    const endpoint = endpointFor(client, { url, secret: await secretOf(client, request) });
    try {
      return requireMember(await askOnDemand(endpoint, request), member, endpoint);
    } catch (error) {
      // The provider may have moved its endpoint: the next request looks.
      discovered = undefined;
      throw error;
    }
  }

  return defineTokenSource(`OIDC client ${client.clientId}`, () => clientKey(client), read);
}

async function secretOf({ clientSecret }: OidcClientCredentialsOptions, request: TokenRequest): Promise<string> {
  if (typeof clientSecret === "string") {
    return clientSecret;
  }
  const answered = await untilAborted(Promise.resolve(clientSecret(request)), request.signal);
  return requireText("clientSecret", answered, SECRET);
}

function endpointFor(
  client: OidcClientCredentialsOptions,
  { url, secret }: { readonly url: URL; readonly secret: string },
): Endpoint {
  const isPost = client.authentication === "client_secret_post";
  const basic = basicOf(client.clientId, secret);
  const other = isPost ? "client_secret_basic" : "client_secret_post";
  return {
    what: `The token endpoint ${url.origin}${url.pathname}`,
    operation: "client_credentials",
    advice:
      "Check `clientId`, `clientSecret`, and what the client may ask for; some providers take " +
      `\`authentication: "${other}"\` only.`,
    secrets: [secret, formEncoded(secret), encodeURIComponent(secret), basic],
    oauth: true,
    exchange: exchangeOf(client, { url, secret, basic: isPost ? undefined : basic }),
  };
}

function exchangeOf(
  client: OidcClientCredentialsOptions,
  to: { readonly url: URL; readonly secret: string; readonly basic: string | undefined },
): HttpRequest {
  const { scope, audience, resource, clientId } = client;
  const posted = to.basic === undefined ? { client_id: clientId, client_secret: to.secret } : {};
  const given = Object.entries({ scope, audience, resource, ...posted }).filter(([, value]) => value !== undefined);
  const body = new URLSearchParams({ grant_type: "client_credentials", ...Object.fromEntries(given) });
  return {
    url: to.url,
    method: "POST",
    headers: {
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      ...(to.basic === undefined ? {} : { authorization: `Basic ${to.basic}` }),
    },
    body: body.toString(),
  };
}

/** Both are encoded before they are joined: https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function basicOf(clientId: string, secret: string): string {
  return Buffer.from(`${formEncoded(clientId)}:${formEncoded(secret)}`).toString("base64");
}

function formEncoded(value: string): string {
  return new URLSearchParams({ "": value }).toString().slice(1);
}
