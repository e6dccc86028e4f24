import type { TimeSource } from "../emulator-clock.js";
import type { OidcTokenOptions } from "./oidc-token-options.js";

/** The endpoints of an issuer, as {@link OidcIssuer.setOutage} and {@link OidcIssuer.count} name them. */
export type OidcEndpoint = "discovery" | "jwks" | "token" | "github" | "google" | "azure";

/**
 * How an endpoint fails: `reset` breaks the connection, `silence` never answers, `error` is a 503, `malformed` a 200 with a
 * page of HTML, as a captive portal gives. For connections that are refused, `close()` the issuer.
 */
export type OidcOutage = "reset" | "silence" | "error" | "malformed";

/** A client of the token endpoint. */
export interface OidcClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface OidcIssuerOptions {
  /** The port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /** The time tokens are issued by. Default: the system's. Give an emulator's `clock` to stay in step with it. */
  readonly clock?: TimeSource;
  /** Clients that the token endpoint takes (`client_credentials`). Default: none. */
  readonly clients?: readonly OidcClient[];
  /** How tokens are signed. Default: `RS256`. */
  readonly algorithm?: "RS256" | "ES256";
}

/** A request that an issuer met. */
export interface OidcRequest {
  readonly endpoint: OidcEndpoint;
  readonly method: string;
  /** The path, without its query. */
  readonly path: string;
  /** The status it was answered with; `undefined` when it was not answered. */
  readonly status: number | undefined;
}

/**
 * An OpenID Connect issuer on loopback, with the token endpoints of the platforms whose tokens AWS exchanges for
 * credentials. Its keys are generated at the start, and leave the process in public form only.
 */
export interface OidcIssuer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The claim `iss` of every token, and the URL of the IAM OIDC provider: the same as {@link url}. */
  readonly issuer: string;
  readonly port: number;
  /** `POST` here with `grant_type=client_credentials`. Answers a JWT as `access_token`. */
  readonly tokenEndpoint: string;
  /**
   * `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, as a job of GitHub Actions has them. Holds a
   * secret, so it shows neither in `inspect` nor in `JSON.stringify`.
   */
  readonly githubEnv: Readonly<Record<"ACTIONS_ID_TOKEN_REQUEST_URL" | "ACTIONS_ID_TOKEN_REQUEST_TOKEN", string>>;
  /** Every request since the start or the last {@link clearRequests}, in the order they came. A copy, without secrets. */
  readonly requests: readonly OidcRequest[];

  /** Issues a token. Rejects with `TypeError` when an option is unknown or out of bounds. */
  token(options?: OidcTokenOptions): Promise<string>;
  /** Gives the tokens that the endpoints hand out these options too, over the endpoints' own; `undefined` lifts that. */
  setEndpointTokens(options: OidcTokenOptions | undefined): void;
  /** Signs with a new key from now on, and publishes only that one. */
  rotateKeys(): Promise<void>;
  /** Makes one endpoint, or all of them, fail until it is called with `undefined`. */
  setOutage(outage: OidcOutage | undefined, endpoint?: OidcEndpoint): void;
  /** How many of {@link requests} were for an endpoint, or for any. */
  count(endpoint?: OidcEndpoint): number;
  clearRequests(): void;

  /** Destroys every connection and frees the port. Calling it again does nothing more. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
