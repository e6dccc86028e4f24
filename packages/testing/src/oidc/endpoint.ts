import type { Answer } from "../http/answer.js";
import { parseQueryPairs, type QueryPair } from "../http/query-string.js";
import type { RawRequest } from "../http/raw-request.js";
import type { OidcTokenOptions } from "./oidc-token-options.js";

/** Answers one request. `issue` makes a token of the endpoint's own options and of those a test laid over them. */
export type Endpoint = (request: RawRequest, issue: IssueToken) => Answer | Promise<Answer>;

/** A token, and its times in epoch seconds, for the answers that repeat them. */
export interface IssuedToken {
  readonly token: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export type IssueToken = (options: OidcTokenOptions) => Promise<IssuedToken>;

export function jsonAnswer(
  status: number,
  body: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(body),
  };
}

export function textAnswer(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "content-type": "text/html", ...headers }, body };
}

/** The values of each parameter, in the order they came. Empty ones count as left out. */
export function readParameters(text: string): ReadonlyMap<string, readonly string[]> {
  const parameters = new Map<string, string[]>();
  for (const pair of parseQueryPairs(text)) {
    const { name, value } = asText(pair);
    if (value !== "") parameters.set(name, [...(parameters.get(name) ?? []), value]);
  }
  return parameters;
}

function asText({ name, value }: QueryPair): { readonly name: string; readonly value: string } {
  return { name: name.toString("utf8"), value: value.toString("utf8") };
}
