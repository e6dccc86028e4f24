import { CredentialsConfigError } from "../../errors.js";
import { withContext } from "../with-context.js";
import { quotable, requireMember } from "./answer-text.js";
import { askEndpoint, type Endpoint } from "./ask-endpoint.js";
import { requireSecureUrl } from "./secure-url.js";
import type { TokenRequest } from "./token-source.js";

/**
 * The token endpoint that an issuer names. AWS reads the same document to verify the issuer's tokens, so it has to be
 * there.
 *
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 * https://www.rfc-editor.org/rfc/rfc8414#section-3.3
 *
 * @throws CredentialsError, or the reason of the request's signal.
 */
export async function discoverTokenEndpoint(issuer: string, request: TokenRequest): Promise<URL> {
  const url = new URL(`${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`);
  const document: Endpoint = {
    what: `The discovery document ${url.href}`,
    operation: "discovery",
    advice: "Check `issuer`, or give `tokenEndpoint` in its place.",
    secrets: [],
    exchange: { url, method: "GET", headers: { accept: "application/json" } },
  };
  const answer = await askEndpoint(document, request);
  const named = requireMember(answer, "issuer", document);
  if (named !== issuer) {
    throw new CredentialsConfigError(
      `${document.what} is of the issuer ${JSON.stringify(quotable(named, []))}, and \`issuer\` is ` +
        `${JSON.stringify(issuer)}: they must be equal to the letter, a slash at the end included. Mend \`issuer\`, or ` +
        "ask the server you meant.",
    );
  }
  const endpoint = requireMember(answer, "token_endpoint", document);
  try {
    return requireSecureUrl("token_endpoint", endpoint);
  } catch (error) {
    throw withContext(error, document.what);
  }
}
