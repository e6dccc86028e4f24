import type { Answer } from "../http/answer.js";
import { type RawRequest, singleHeader } from "../http/raw-request.js";
import { constantTimeEqual } from "../sigv4/constant-time-equal.js";
import { type Endpoint, type IssueToken, jsonAnswer, readParameters } from "./endpoint.js";
import type { OidcClient } from "./oidc-issuer.js";

type Parameters = ReadonlyMap<string, readonly string[]>;

const uncached = { "cache-control": "no-store", pragma: "no-cache" };

/**
 * The token endpoint, for the grant `client_credentials`. The access token is a JWT, for the `audience` or the `resource`
 * that was asked for.
 * https://www.rfc-editor.org/rfc/rfc6749#section-4.4, https://www.rfc-editor.org/rfc/rfc8707
 */
export function createTokenEndpoint(clients: readonly OidcClient[]): Endpoint {
  return async (request, issue) => {
    if (request.method !== "POST") return failed(405, "invalid_request", "The token endpoint takes POST only.");
    if (!isForm(request)) return failed(400, "invalid_request", "The body must be a form.");
    const parameters = readParameters(request.body.toString("latin1"));
    const repeated = [...parameters].find(([name, values]) => values.length > 1 && name !== "resource");
    if (repeated !== undefined) return failed(400, "invalid_request", `The parameter ${repeated[0]} is repeated.`);
    const claimed = claimedClient(request, parameters);
    if (claimed === "both") return failed(400, "invalid_request", "A client authenticates in one way only.");
    const client = claimed && clients.find((one) => isSame(one, claimed));
    if (client === undefined) return refusedClient(request);
    if (parameters.get("grant_type")?.[0] !== "client_credentials") {
      return failed(400, "unsupported_grant_type", "grant_type must be client_credentials.");
    }
    return grant(client.clientId, parameters, issue);
  };
}

async function grant(clientId: string, parameters: Parameters, issue: IssueToken): Promise<Answer> {
  const scope = parameters.get("scope")?.[0];
  const asked = [...(parameters.get("audience") ?? []), ...(parameters.get("resource") ?? [])];
  const claims = { client_id: clientId, ...(scope === undefined ? {} : { scope }) };
  const [audience = clientId] = asked;
  const { token, issuedAt, expiresAt } = await issue({
    subject: clientId,
    audience: asked.length > 1 ? asked : audience,
    claims,
  });
  const expiresIn = expiresAt - issuedAt;
  const body = { access_token: token, token_type: "Bearer", expires_in: expiresIn, ...(scope && { scope }) };
  return jsonAnswer(200, body, uncached);
}

/** Who the client says it is: `client_secret_basic` or `client_secret_post`, not both. */
function claimedClient(request: RawRequest, parameters: Parameters): OidcClient | "both" | undefined {
  const clientSecret = parameters.get("client_secret")?.[0];
  const authorization = singleHeader(request, "authorization");
  if (authorization === undefined) {
    const clientId = parameters.get("client_id")?.[0];
    return clientId === undefined || clientSecret === undefined ? undefined : { clientId, clientSecret };
  }
  if (clientSecret !== undefined) return "both";
  const [, encoded] = /^basic +([\w+/=]+)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon === -1) return undefined;
  return { clientId: formDecode(text.slice(0, colon)), clientSecret: formDecode(text.slice(colon + 1)) };
}

/** Both parts of HTTP Basic are encoded as in a form, before the base64. https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

function isSame(client: OidcClient, claimed: OidcClient): boolean {
  return client.clientId === claimed.clientId && constantTimeEqual(client.clientSecret, claimed.clientSecret);
}

function isForm(request: RawRequest): boolean {
  return (singleHeader(request, "content-type") ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded");
}

function refusedClient(request: RawRequest): Answer {
  const challenge = request.headers.has("authorization") ? { "www-authenticate": 'Basic realm="token"' } : {};
  const body = { error: "invalid_client", error_description: "Client authentication failed." };
  return jsonAnswer(401, body, { ...uncached, ...challenge });
}

function failed(status: number, error: string, description: string): Answer {
  return jsonAnswer(status, { error, error_description: description }, uncached);
}
