/** XML 1.0 predefines five; all others need a document type, and an assertion has none. */
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["apos", "'"],
  ["quot", '"'],
]);

/** An entity of another name, or a number that is no character of XML. */
export class UnknownEntityError extends Error {}

/**
 * Text with the predefined entities and numeric references put in. One pass, and no entity stands for more than one
 * character, so nothing can grow: https://www.w3.org/TR/xml/#sec-references
 *
 * @throws UnknownEntityError
 */
export function decodeEntities(text: string): string {
  return text.replaceAll(/&[^&;\s]*;?/g, (reference) => {
    const character = characterOf(reference);
    if (character === undefined) {
      throw new UnknownEntityError("an entity that XML does not predefine");
    }
    return character;
  });
}

function characterOf(reference: string): string | undefined {
  const [, name = "", decimal, hexadecimal] = /^&(?:(\w+)|#(\d+)|#x([\da-fA-F]+));$/.exec(reference) ?? [];
  const digits = decimal ?? hexadecimal;
  if (digits === undefined) {
    return PREDEFINED.get(name);
  }
  const point = Number.parseInt(digits, decimal === undefined ? 16 : 10);
  return isXmlCharacter(point) ? String.fromCodePoint(point) : undefined;
}

/** https://www.w3.org/TR/xml/#charsets */
function isXmlCharacter(point: number): boolean {
  return (
    [0x9, 0xa, 0xd].includes(point) ||
    (point >= 0x20 && point <= 0xd7ff) ||
    (point >= 0xe000 && point <= 0xfffd) ||
    (point >= 0x10000 && point <= 0x10ffff)
  );
}
