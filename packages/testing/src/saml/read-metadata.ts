import { type KeyObject, X509Certificate } from "node:crypto";
import { keyOfModulus } from "./idp-keys.js";
import { attributeOf, childElements, onlyChild, parseXml, textIn } from "./parse-xml.js";
import { samlNamespaces } from "./saml-names.js";

/** What a metadata document says of an identity provider. */
export interface IdpMetadata {
  readonly entityId: string | undefined;
  /** The keys that it signs with. */
  readonly keys: readonly KeyObject[];
}

const { metadata: md, signature: ds } = samlNamespaces;

/** Reads a metadata document. Keys come as X.509 certificates, as IAM asks for, or as bare `RSAKeyValue`s. Throws when it is none. */
export function readMetadata(text: string): IdpMetadata {
  const entity = parseXml(text);
  const descriptors = childElements(entity, md, "IDPSSODescriptor").flatMap((idp) =>
    childElements(idp, md, "KeyDescriptor").filter((key) => (attributeOf(key, "use") ?? "signing") === "signing"),
  );
  const infos = descriptors.flatMap((descriptor) => childElements(descriptor, ds, "KeyInfo"));
  return { entityId: attributeOf(entity, "entityID"), keys: infos.flatMap(keysOf) };
}

function keysOf(info: Element): readonly KeyObject[] {
  const certificates = childElements(info, ds, "X509Data")
    .flatMap((data) => childElements(data, ds, "X509Certificate"))
    .map((certificate) => new X509Certificate(Buffer.from(textIn(certificate) ?? "", "base64")).publicKey);
  const values = childElements(info, ds, "KeyValue").flatMap((value) => {
    const rsa = onlyChild(value, ds, "RSAKeyValue");
    const [modulus, exponent] = [textIn(onlyChild(rsa, ds, "Modulus")), textIn(onlyChild(rsa, ds, "Exponent"))];
    return modulus === undefined || exponent === undefined ? [] : [keyOfModulus(modulus, exponent)];
  });
  return [...certificates, ...values];
}
