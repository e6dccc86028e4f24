import { randomBytes } from "node:crypto";
import type { TimeSource } from "../emulator-clock.js";
import type { Reaction } from "../http/answer.js";
import { startLoopbackServer } from "../http/loopback-server.js";
import type { RawRequest } from "../http/raw-request.js";
import { checkEndpoint, checkIssuerOptions, checkOutage, checkTokenOptions } from "./check-oidc-options.js";
import { type IssuedToken, textAnswer } from "./endpoint.js";
import { issueToken } from "./issue-token.js";
import { createEndpoints, endpointOf } from "./issuer-endpoints.js";
import { createIssuerKeys, type IssuerKeys } from "./issuer-keys.js";
import type { OidcIssuer, OidcIssuerOptions, OidcRequest } from "./oidc-issuer.js";
import type { OidcTokenOptions } from "./oidc-token-options.js";
import { createOutages, type Outages } from "./outages.js";

interface IssuerState {
  readonly clock: TimeSource;
  readonly keys: IssuerKeys;
  readonly outages: Outages;
  readonly requests: OidcRequest[];
  readonly githubRequestToken: string;
  endpointTokens: OidcTokenOptions;
  url: string;
}

/**
 * Starts an OpenID Connect issuer on 127.0.0.1, whose tokens an emulator exchanges for credentials once its URL is one of
 * the emulator's OIDC providers.
 *
 * @throws {TypeError} when an option is unknown or out of bounds. An `Error` of `node:net` when the port is taken.
 */
export async function startOidcIssuer(options: OidcIssuerOptions = {}): Promise<OidcIssuer> {
  checkIssuerOptions("", options);
  const algorithm = options.algorithm ?? "RS256";
  const state: IssuerState = {
    clock: options.clock ?? { now: () => Date.now() },
    keys: await createIssuerKeys(algorithm),
    outages: createOutages(),
    requests: [],
    githubRequestToken: randomBytes(24).toString("base64url"),
    endpointTokens: {},
    url: "",
  };
  const { keys, githubRequestToken } = state;
  const clients = options.clients ?? [];
  const endpoints = createEndpoints({ issuer: () => state.url, keys, clients, algorithm, githubRequestToken });
  const handle = async (request: RawRequest): Promise<Reaction> => {
    const endpoint = endpointOf(request.path);
    if (endpoint === undefined) return textAnswer(404, "This issuer has no such page.\n");
    const outage = state.outages.reaction(endpoint);
    const reaction = outage ?? (await endpoints[endpoint](request, (own) => issue(own, state)));
    const status = typeof reaction === "string" ? undefined : reaction.status;
    state.requests.push({ endpoint, method: request.method, path: request.path, status });
    return reaction;
  };
  const server = await startLoopbackServer({ port: options.port ?? 0, clock: state.clock, handle });
  state.url = `http://127.0.0.1:${server.port}`;
  return createHandle(state, server.port, () => server.close());
}

function createHandle(state: IssuerState, port: number, close: () => Promise<void>): OidcIssuer {
  const { url, requests, githubRequestToken } = state;
  const issuer: Omit<OidcIssuer, "githubEnv"> = {
    url,
    issuer: url,
    port,
    tokenEndpoint: `${url}/token`,
    get requests() {
      return [...requests];
    },
    async token(options = {}): Promise<string> {
      checkTokenOptions("", options);
      return issueToken(options, issuance(state));
    },
    setEndpointTokens(options): void {
      if (options !== undefined) checkTokenOptions("", options);
      state.endpointTokens = options ?? {};
    },
    rotateKeys: () => state.keys.rotate(),
    setOutage(outage, endpoint): void {
      if (outage !== undefined) checkOutage("outage", outage);
      if (endpoint !== undefined) checkEndpoint("endpoint", endpoint);
      state.outages.set(outage, endpoint);
    },
    count: (endpoint) => requests.filter((request) => endpoint === undefined || request.endpoint === endpoint).length,
    clearRequests: () => void requests.splice(0),
    close,
    [Symbol.asyncDispose]: close,
  };
  const githubEnv = Object.freeze({
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/github/oidc?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: githubRequestToken,
  });
  // A getter that is not enumerable: neither inspect, not even with hidden properties, nor JSON reads it.
  return Object.defineProperty(issuer, "githubEnv", { get: () => githubEnv, enumerable: false }) as OidcIssuer;
}

/** A token of an endpoint's own options, with those laid over them that a test set for all endpoints. */
async function issue(own: OidcTokenOptions, state: IssuerState): Promise<IssuedToken> {
  const over = state.endpointTokens;
  const claims = { ...own.claims, ...over.claims };
  const options = { ...own, ...over, claims };
  const issued = issuance(state);
  const issuedAt = Math.floor(issued.nowMs / 1000);
  const expiresAt = issuedAt + (options.expiresInSeconds ?? 3600);
  return { token: await issueToken(options, issued), issuedAt, expiresAt };
}

function issuance({ url, clock, keys }: IssuerState): Parameters<typeof issueToken>[1] {
  return { issuer: url, nowMs: clock.now(), keys };
}
