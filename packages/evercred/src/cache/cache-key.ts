import { CredentialsConfigError } from "../errors.js";
import type { KeyParts, KeyValue } from "../types.js";
import { nodeCrypto } from "./node-crypto.js";

/** Raised when the meaning of a key's parts changes, so that no two versions share an entry. */
const KEY_VERSION = 1;

/** Deeper than any chain of signers, and far from the end of the stack. */
const DEEPEST = 200;

/**
 * The one way to write a value: members sorted by name, `undefined` members left out.
 *
 * @throws {@link CredentialsConfigError} for what JSON cannot tell apart or cannot write.
 */
export function canonicalJson(value: KeyValue, depth = 0): string {
  if (depth > DEEPEST) {
    throw new CredentialsConfigError(`A cache key may be nested ${DEEPEST} deep, and no deeper. Does it hold itself?`);
  }
  if (value === null || typeof value === "string" || typeof value === "boolean") {
    return JSON.stringify(value);
  }
  if (typeof value === "number" && Number.isFinite(value)) {
    return Object.is(value, -0) ? "0" : String(value);
  }
  if (isList(value)) {
    return `[${value.map((item) => canonicalJson(item, depth + 1)).join(",")}]`;
  }
  if (typeof value === "object" && isPlain(value)) {
    return `{${members(value, depth).join(",")}}`;
  }
  throw new CredentialsConfigError(
    `A cache key may hold strings, finite numbers, booleans, null, arrays and plain objects, not a ${describe(value)}.`,
  );
}

function members(value: Readonly<Record<string, KeyValue>>, depth: number): string[] {
  const names = Object.keys(value).filter((name) => value[name] !== undefined);
  return names.sort().map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name], depth + 1)}`);
}

function isList(value: KeyValue): value is readonly KeyValue[] {
  return Array.isArray(value);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  return typeof value === "object" ? Object.prototype.toString.call(value) : typeof value;
}

/** The name of a cache entry: a hash over every input and the signer. */
export function hashKey(parts: KeyParts): string {
  const text = `evercred:${KEY_VERSION}:${canonicalJson(parts)}`;
  return nodeCrypto().createHash("sha256").update(text).digest("base64url");
}
