/** An element's content: text, or child elements in order. `undefined` leaves the element out. */
export type XmlContent = string | number | boolean | undefined | readonly XmlElement[];
export type XmlElement = readonly [name: string, content: XmlContent];

const named: Readonly<Record<string, string>> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot" };

/** Renders elements without whitespace between them, as AWS does. */
export function renderXml(elements: readonly XmlElement[]): string {
  return elements.map(renderElement).join("");
}

function renderElement([name, content]: XmlElement): string {
  if (content === undefined) return "";
  const inner = Array.isArray(content) ? renderXml(content as readonly XmlElement[]) : escapeXml(String(content));
  // The name may carry an xmlns attribute, which the closing tag does not repeat.
  return `<${name}>${inner}</${name.split(" ", 1)[0]}>`;
}

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\p{Cc}]/gu, (character) => `&${named[character] ?? `#${character.charCodeAt(0)}`};`);
}
