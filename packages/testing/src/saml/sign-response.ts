import { SignedXml } from "xml-crypto";
import { renderXml } from "../http/xml.js";
import { type IdpKey, keyValueElement } from "./idp-keys.js";
import { signatureAlgorithms } from "./saml-names.js";

const { enveloped, exclusiveC14n, rsaSha256, sha256 } = signatureAlgorithms;

/** Signs the assertion of a response, or the response as a whole; the signature comes right after the issuer. */
export function signResponse(response: string, covered: "assertion" | "response", key: IdpKey): string {
  const target = covered === "assertion" ? "/*/*[local-name(.)='Assertion']" : "/*";
  const signer = new SignedXml({
    privateKey: key.privateKey,
    signatureAlgorithm: rsaSha256,
    canonicalizationAlgorithm: exclusiveC14n,
    // The key comes along in every signature. Who verifies has to know better than to use it.
    getKeyInfoContent: () => renderXml([keyValueElement(key.publicKey)]),
  });
  signer.addReference({ xpath: target, transforms: [enveloped, exclusiveC14n], digestAlgorithm: sha256 });
  const location = { reference: `${target}/*[local-name(.)='Issuer']`, action: "after" } as const;
  signer.computeSignature(response, { prefix: "ds", location });
  return signer.getSignedXml();
}
