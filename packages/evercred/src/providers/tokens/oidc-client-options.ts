import { identityOf } from "../../cache/identity-of.js";
import { kindOf, requireKnown } from "../../cache/option-checks.js";
import { CredentialsConfigError } from "../../errors.js";
import { requireText } from "../../sts/input-limits.js";
import type { KeyParts } from "../../types.js";
import { principalKey } from "../principal-key.js";
import { requireSecureUrl } from "./secure-url.js";
import { PARAMETER, SECRET } from "./token-limits.js";
import type { TokenRequest } from "./token-source.js";

/**
 * Answers a client's secret when it is needed, for example from a vault.
 *
 * @public
 */
export type ClientSecretProvider = (request: TokenRequest) => string | Promise<string>;

/**
 * Options of {@link oidcClientCredentials}. One of `issuer` and `tokenEndpoint` is needed, and not both.
 *
 * @public
 */
export interface OidcClientCredentialsOptions {
  /**
   * The identity provider: its `issuer` URL, whose discovery document names the token endpoint. https, except on
   * loopback.
   */
  readonly issuer?: string | undefined;
  /** The token endpoint, as a URL: https, except on loopback. */
  readonly tokenEndpoint?: string | undefined;
  /** The client's id: 1 to 2048 characters. */
  readonly clientId: string;
  /** The client's secret, 1 to 8192 characters, or a function that answers it at each request. */
  readonly clientSecret: string | ClientSecretProvider;
  /** The scopes to ask for, separated by spaces: 1 to 2048 characters. Default: none is sent. */
  readonly scope?: string | undefined;
  /** Who the token is for, where the provider takes `audience`: 1 to 2048 characters. Default: none is sent. */
  readonly audience?: string | undefined;
  /**
   * Who the token is for, where the provider takes `resource`: 1 to 2048 characters. Default: none is sent.
   * https://www.rfc-editor.org/rfc/rfc8707
   */
  readonly resource?: string | undefined;
  /**
   * Where id and secret are sent: in the `Authorization` header, or in the body. Default: `client_secret_basic`.
   * https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication
   */
  readonly authentication?: "client_secret_basic" | "client_secret_post" | undefined;
  /** Which token of the answer is used. STS needs a JWT. Default: `access_token`. */
  readonly token?: "access_token" | "id_token" | undefined;
}

const OPTIONS: readonly (keyof OidcClientCredentialsOptions)[] = [
  "issuer",
  "tokenEndpoint",
  "clientId",
  "clientSecret",
  "scope",
  "audience",
  "resource",
  "authentication",
  "token",
];

/**
 * Holds each option to its bound.
 *
 * @throws {@link CredentialsConfigError}
 */
export function checkClientOptions(options: OidcClientCredentialsOptions): void {
  requireKnown("oidcClientCredentials", options, OPTIONS);
  requireServer(options);
  requireText("clientId", options.clientId, PARAMETER);
  if (typeof options.clientSecret !== "function") {
    requireText("clientSecret", options.clientSecret, SECRET);
  }
  for (const option of ["scope", "audience", "resource"] as const) {
    if (options[option] !== undefined) {
      requireText(option, options[option], PARAMETER);
    }
  }
  requireOneOf("authentication", options.authentication, ["client_secret_basic", "client_secret_post"]);
  requireOneOf("token", options.token, ["access_token", "id_token"]);
}

function requireServer({ issuer, tokenEndpoint }: OidcClientCredentialsOptions): void {
  if ((issuer === undefined) === (tokenEndpoint === undefined)) {
    const came = issuer === undefined ? "neither" : "both";
    throw new CredentialsConfigError(
      `oidcClientCredentials takes one of \`issuer\` and \`tokenEndpoint\`; got ${came}.`,
    );
  }
  if (tokenEndpoint !== undefined) {
    requireSecureUrl("tokenEndpoint", tokenEndpoint);
  } else if (requireSecureUrl("issuer", issuer).search !== "") {
    throw new CredentialsConfigError("`issuer` must not have a query (?…): it is an identifier and a base for paths.");
  }
}

function requireOneOf(option: string, value: unknown, known: readonly string[]): void {
  if (value !== undefined && !known.includes(value as string)) {
    const came = typeof value === "string" ? "another string" : kindOf(value);
    throw new CredentialsConfigError(
      `\`${option}\` must be ${known.map((one) => `"${one}"`).join(" or ")}; got ${came}.`,
    );
  }
}

/** What identifies the tokens: the client is its id with a keyed hash over its secret, or the function that knows it. */
export function clientKey(options: OidcClientCredentialsOptions): KeyParts {
  const { clientId, clientSecret, authentication = "client_secret_basic", token = "access_token", ...rest } = options;
  const client =
    typeof clientSecret === "function"
      ? { principal: clientId, secretBy: identityOf(clientSecret) }
      : principalKey({ accessKeyId: clientId, secretAccessKey: clientSecret });
  return { source: "OIDC client", client, authentication, token, ...rest };
}
