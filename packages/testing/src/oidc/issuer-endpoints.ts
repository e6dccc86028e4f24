import { azureEndpoint } from "./azure-endpoint.js";
import { type Endpoint, jsonAnswer } from "./endpoint.js";
import { createGithubEndpoint } from "./github-endpoint.js";
import { googleEndpoint } from "./google-endpoint.js";
import type { IssuerKeys } from "./issuer-keys.js";
import type { OidcClient, OidcEndpoint } from "./oidc-issuer.js";
import { createTokenEndpoint } from "./token-endpoint.js";

export interface EndpointParts {
  /** Known once the server listens. */
  issuer(): string;
  readonly keys: IssuerKeys;
  readonly clients: readonly OidcClient[];
  readonly algorithm: string;
  readonly githubRequestToken: string;
}

/** Which endpoint a path belongs to. */
export function endpointOf(path: string): OidcEndpoint | undefined {
  switch (path) {
    case "/.well-known/openid-configuration":
      return "discovery";
    case "/jwks":
      return "jwks";
    case "/token":
      return "token";
    case "/github/oidc":
      return "github";
    case "/metadata/identity/oauth2/token":
      return "azure";
    default:
      return path.startsWith("/computeMetadata/") ? "google" : undefined;
  }
}

export function createEndpoints(parts: EndpointParts): Readonly<Record<OidcEndpoint, Endpoint>> {
  return {
    discovery: () => jsonAnswer(200, discoveryDocument(parts.issuer(), parts.algorithm)),
    jwks: () => jsonAnswer(200, { ...parts.keys.published() }),
    token: createTokenEndpoint(parts.clients),
    github: createGithubEndpoint(parts.githubRequestToken),
    google: googleEndpoint,
    azure: azureEndpoint,
  };
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
function discoveryDocument(issuer: string, algorithm: string): Readonly<Record<string, unknown>> {
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ["id_token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: [algorithm],
    grant_types_supported: ["client_credentials"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    claims_supported: ["iss", "sub", "aud", "iat", "exp"],
  };
}
