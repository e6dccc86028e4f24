import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { XmlElement } from "../http/xml.js";

/** A key that signs assertions. */
export interface IdpKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function generateIdpKey(): IdpKey {
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

/** A public key as XML signatures write it. https://www.w3.org/TR/xmldsig-core1/#sec-RSAKeyValue */
export function keyValueElement(publicKey: KeyObject): XmlElement {
  const { n, e } = publicKey.export({ format: "jwk" });
  return [
    "ds:KeyValue",
    [
      [
        "ds:RSAKeyValue",
        [
          ["ds:Modulus", toBase64(n)],
          ["ds:Exponent", toBase64(e)],
        ],
      ],
    ],
  ];
}

/** The key of an `RSAKeyValue`. Throws when it is none. */
export function keyOfModulus(modulus: string, exponent: string): KeyObject {
  return createPublicKey({ format: "jwk", key: { kty: "RSA", n: toBase64Url(modulus), e: toBase64Url(exponent) } });
}

function toBase64(base64Url: string | undefined): string {
  return Buffer.from(base64Url ?? "", "base64url").toString("base64");
}

function toBase64Url(base64: string): string {
  return Buffer.from(base64, "base64").toString("base64url");
}
