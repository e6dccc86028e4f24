import { DOMParser } from "@xmldom/xmldom";

/**
 * Parses XML that may come from anybody. Throws unless it is well-formed, and when it has a document type: no entity is
 * ever defined here, let alone expanded.
 */
export function parseXml(text: string): Element {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new Error("a document type");
  const parser = new DOMParser({
    errorHandler: (_level, message) => {
      throw new Error(String(message));
    },
  });
  const { documentElement } = parser.parseFromString(text, "text/xml");
  if (documentElement === null) throw new Error("no element");
  return documentElement;
}

/** The children of an element that are elements of a name. */
export function childElements(parent: Element, namespace: string, name: string): readonly Element[] {
  return Array.from(parent.childNodes).filter((node) => isElement(node, namespace, name));
}

/** The one child of a name; `undefined` when there is none, or more than one. */
export function onlyChild(parent: Element | undefined, namespace: string, name: string): Element | undefined {
  if (parent === undefined) return undefined;
  const children = childElements(parent, namespace, name);
  return children.length === 1 ? children[0] : undefined;
}

export function isElement(node: Node, namespace: string, name: string): node is Element {
  const { nodeType, namespaceURI, localName } = node as Element;
  return nodeType === 1 && namespaceURI === namespace && localName === name;
}

/** The text of an element, without the white space around it. */
export function textIn(element: Element | undefined): string | undefined {
  return element?.textContent?.trim();
}

/** An attribute's value; `undefined` when there is none. */
export function attributeOf(element: Element | undefined, name: string): string | undefined {
  return element?.hasAttribute(name) === true ? (element.getAttribute(name) ?? undefined) : undefined;
}
