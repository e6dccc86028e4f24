import { CredentialsConfigError } from "../../errors.js";
import { CDATA_KEY, TEXT_KEY, toElements, type XmlElement } from "./xml-element.js";

/** Deeper than any response of an identity provider: a signature's transforms lie nine deep. */
const MOST_NESTED = 64;

/** As little as the parser can be made to do: nothing expanded, nothing converted, nothing trimmed. */
const PARSER_OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  textNodeName: TEXT_KEY,
  cdataPropName: CDATA_KEY,
  processEntities: false,
  htmlEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: MOST_NESTED,
  jPath: false,
} as const;

/**
 * The root element of an assertion in base64. Its signature is not looked at: STS does that.
 *
 * Messages say lengths only, and the parser's own error is never passed on: it quotes what it read.
 *
 * @throws {@link CredentialsConfigError}
 */
export async function parseAssertionXml(base64: string): Promise<XmlElement> {
  const xml = decoded(base64);
  if (/^(<\?xml[^>]*>\s*)?<(!DOCTYPE\s+)?html\b/i.test(xml)) {
    throw new CredentialsConfigError(
      "`assertion` holds an HTML page, probably a login page: the sign-in did not end. Pass the value of SAMLResponse.",
    );
  }
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) {
    throw new CredentialsConfigError(
      "`assertion` declares a document type or an entity (DOCTYPE, ENTITY), which no SAML response needs. Refused: it is " +
        "how XML is made to expand or to read files. Ask who made it.",
    );
  }
  const [root, ...others] = await parsed(xml, base64.length);
  if (root === undefined || others.length > 0) {
    throw malformed(base64.length);
  }
  return root;
}

function decoded(base64: string): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(base64, "base64")).trim();
  } catch {
    throw notXml(base64.length);
  }
  if (!text.startsWith("<")) {
    throw /^[\w+/=\r\n-]{16,}$/.test(text)
      ? new CredentialsConfigError(
          "`assertion` decodes to base64 again: it is encoded twice. Pass the value of SAMLResponse unchanged.",
        )
      : notXml(base64.length);
  }
  return text;
}

function notXml(length: number): CredentialsConfigError {
  return new CredentialsConfigError(
    `\`assertion\` is base64 of ${length} characters, and what it decodes to is no XML in UTF-8. Pass the value of ` +
      "SAMLResponse as the identity provider posts it; that of a redirect is compressed, and STS does not take it.",
  );
}

async function parsed(xml: string, length: number): Promise<XmlElement[]> {
  const { XMLParser, XMLValidator } = await import("fast-xml-parser");
  try {
    // The parser closes what is left open, so what breaks off is seen by the validator only.
    if (xml.endsWith(">") && XMLValidator.validate(xml) === true) {
      return toElements(new XMLParser(PARSER_OPTIONS).parse(xml));
    }
  } catch {
    // Said below, without the text that the parser quotes.
  }
  throw malformed(length);
}

function malformed(length: number): CredentialsConfigError {
  return new CredentialsConfigError(
    `\`assertion\` breaks off or is no well-formed XML: ${length} characters of base64 came. Pass the whole value of ` +
      "SAMLResponse, unchanged.",
  );
}
