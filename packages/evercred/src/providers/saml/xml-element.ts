import { decodeEntities } from "./decode-entities.js";

/** An element, its name told by the namespace and not by the prefix: every identity provider has its own prefixes. */
export interface XmlElement {
  /** The name without its prefix. */
  readonly name: string;
  /** The namespace that its prefix is bound to; `undefined` without one. */
  readonly namespace: string | undefined;
  /** Attributes without a prefix. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Its own text, comments left out as canonical XML leaves them out. */
  readonly text: string;
}

/** What a prefix stands for; the empty prefix is the default namespace. Inner scopes ask outer ones: nothing is copied. */
type Namespaces = (prefix: string) => string | undefined;

/** The names under which the parser is told to keep text and CDATA; no element can have them. */
export const TEXT_KEY = "#text";
export const CDATA_KEY = "#cdata";
const ATTRIBUTES_KEY = ":@";

const PREDEFINED: Namespaces = (prefix) => (prefix === "xml" ? "http://www.w3.org/XML/1998/namespace" : undefined);

/**
 * The elements among what the parser gave, in their order. The depth is bounded by the parser.
 *
 * @throws UnknownEntityError
 */
export function toElements(nodes: unknown, outer: Namespaces = PREDEFINED): XmlElement[] {
  return list(nodes).flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== ATTRIBUTES_KEY);
    return tag === undefined || tag.startsWith("#") ? [] : [toElement(tag, node, outer)];
  });
}

function toElement(tag: string, node: Readonly<Record<string, unknown>>, outer: Namespaces): XmlElement {
  const attributes = attributesOf(node[ATTRIBUTES_KEY]);
  const namespaces = declared(attributes, outer);
  const { prefix, local } = split(tag);
  const inside = node[tag];
  return {
    name: local,
    namespace: namespaces(prefix) || undefined,
    attributes: new Map([...attributes].filter(([name]) => !name.includes(":"))),
    children: toElements(inside, namespaces),
    text: textOf(inside),
  };
}

function attributesOf(given: unknown): Map<string, string> {
  const entries = isRecord(given) ? Object.entries(given) : [];
  // A line break in an attribute is a space: https://www.w3.org/TR/xml/#AVNormalize
  return new Map(entries.map(([name, value]) => [name, decodeEntities(String(value).replaceAll(/[\t\n\r]/g, " "))]));
}

function declared(attributes: ReadonlyMap<string, string>, outer: Namespaces): Namespaces {
  const own = new Map<string, string>();
  for (const [name, uri] of attributes) {
    const { prefix, local } = split(name);
    if (prefix === "xmlns" || name === "xmlns") {
      own.set(prefix === "" ? "" : local, uri);
    }
  }
  return own.size === 0 ? outer : (prefix) => own.get(prefix) ?? outer(prefix);
}

function split(name: string): { readonly prefix: string; readonly local: string } {
  const colon = name.indexOf(":");
  return { prefix: name.slice(0, Math.max(colon, 0)), local: name.slice(colon + 1) };
}

function textOf(nodes: unknown): string {
  const parts = list(nodes).map((node) => {
    const text = node[TEXT_KEY];
    const cdata = list(node[CDATA_KEY]).map((part) => String(part[TEXT_KEY] ?? ""));
    return (text === undefined ? "" : decodeEntities(String(text))) + cdata.join("");
  });
  return parts.join("");
}

function list(nodes: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(nodes) ? nodes.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
