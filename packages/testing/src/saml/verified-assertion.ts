import type { KeyObject } from "node:crypto";
import { SignedXml } from "xml-crypto";
import { attributeOf, childElements, isElement, onlyChild, parseXml } from "./parse-xml.js";
import { samlNamespaces, signatureAlgorithms } from "./saml-names.js";

const { assertion: saml, signature: ds } = samlNamespaces;
const { enveloped, exclusiveC14n, rsaSha256, rsaSha512, sha256 } = signatureAlgorithms;
const sha512 = "http://www.w3.org/2001/04/xmlenc#sha512";

/**
 * The assertion of a response, as it was signed; `undefined` unless it was, with one of the keys.
 *
 * The answer is parsed from the very bytes whose digest was verified. Nothing of the response itself is read again, so
 * that nothing that was not signed can take the place of what was (signature wrapping).
 */
export function verifiedAssertion(
  { response, text }: { readonly response: Element; readonly text: string },
  keys: readonly KeyObject[],
): Element | undefined {
  const assertion = onlyAssertion(response);
  if (assertion === undefined) return undefined;
  const owners = [assertion, response].filter((owner) => childElements(owner, ds, "Signature").length > 0);
  const signedTexts = owners.map((owner) => signedText(owner, text, keys));
  const [signed] = signedTexts;
  // Every signature has to be good, not just one of them, and there are none in other places.
  if (signed === undefined || signedTexts.includes(undefined)) return undefined;
  if (response.getElementsByTagNameNS(ds, "Signature").length !== owners.length) return undefined;
  const root = parseXml(signed);
  return isElement(root, saml, "Assertion") ? root : onlyAssertion(root);
}

/** The one assertion, right below the response; a second one anywhere makes it none. */
function onlyAssertion(response: Element): Element | undefined {
  const all = response.getElementsByTagNameNS(saml, "Assertion");
  return all.length === 1 ? onlyChild(response, saml, "Assertion") : undefined;
}

/** What the signature of an element covers, in canonical form, when that is the element itself. */
function signedText(owner: Element, text: string, keys: readonly KeyObject[]): string | undefined {
  const signature = onlyChild(owner, ds, "Signature");
  const id = attributeOf(owner, "ID");
  if (signature === undefined || id === undefined) return undefined;
  for (const key of keys) {
    const covered = coveredBy(signature, text, key);
    if (covered?.uri === `#${id}`) return covered.text;
  }
  return undefined;
}

function coveredBy(
  signature: Element,
  text: string,
  key: KeyObject,
): { readonly uri: string; readonly text: string } | undefined {
  // Never a key that the message itself brings along.
  const verifier = new SignedXml({ publicCert: key, getCertFromKeyInfo: () => null });
  verifier.SignatureAlgorithms = pick(verifier.SignatureAlgorithms, [rsaSha256, rsaSha512]);
  verifier.HashAlgorithms = pick(verifier.HashAlgorithms, [sha256, sha512]);
  verifier.CanonicalizationAlgorithms = pick(verifier.CanonicalizationAlgorithms, [exclusiveC14n, enveloped]);
  try {
    verifier.loadSignature(signature);
    if (!verifier.checkSignature(text)) return undefined;
  } catch {
    return undefined;
  }
  const [reference, ...others] = verifier.getReferences();
  const [signed] = verifier.getSignedReferences();
  if (reference === undefined || others.length > 0 || signed === undefined) return undefined;
  return { uri: reference.uri, text: signed };
}

function pick<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
