import { percentDecode } from "./percent-encoding.js";

/** One `name=value` pair as bytes: what was signed, before anybody takes it for UTF-8. */
export interface QueryPair {
  readonly name: Buffer;
  readonly value: Buffer;
}

/** Splits a query string or a form body into its pairs, in order and with repeats. `+` stands for a space. */
export function parseQueryPairs(text: string): readonly QueryPair[] {
  return text
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const equals = part.indexOf("=");
      const name = equals === -1 ? part : part.slice(0, equals);
      const value = equals === -1 ? "" : part.slice(equals + 1);
      return { name: decode(name), value: decode(value) };
    });
}

/** The pairs as text. Of a repeated name, the last value wins. */
export function parseQuery(text: string): ReadonlyMap<string, string> {
  return new Map(parseQueryPairs(text).map(({ name, value }) => [name.toString("utf8"), value.toString("utf8")]));
}

function decode(text: string): Buffer {
  return percentDecode(text.replaceAll("+", " "));
}
