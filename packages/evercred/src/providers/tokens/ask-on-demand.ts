import type { Endpoint } from "./ask-endpoint.js";
import type { HttpAnswer } from "./http-exchange.js";
import type { TokenRequest } from "./token-source.js";

/** Loads what talks to endpoints with the first question: who imports Evercred does not pay for it. */
export async function askOnDemand(endpoint: Endpoint, request: TokenRequest): Promise<HttpAnswer> {
  const { askEndpoint } = await import("./ask-endpoint.js");
  return askEndpoint(endpoint, request);
}
