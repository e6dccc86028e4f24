import type { KeyObject } from "node:crypto";
import { escapeXml, renderXml } from "../http/xml.js";
import { keyValueElement } from "./idp-keys.js";
import { postBinding, samlNamespaces } from "./saml-names.js";

/** https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf */
export function renderMetadata(entityId: string, signOnUrl: string, publicKey: KeyObject): string {
  const namespaces = `xmlns="${samlNamespaces.metadata}" xmlns:ds="${samlNamespaces.signature}"`;
  return renderXml([
    [
      `EntityDescriptor ${namespaces} entityID="${escapeXml(entityId)}"`,
      [
        [
          `IDPSSODescriptor protocolSupportEnumeration="${samlNamespaces.protocol}"`,
          [
            ['KeyDescriptor use="signing"', [["ds:KeyInfo", [keyValueElement(publicKey)]]]],
            ["NameIDFormat", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"],
            [`SingleSignOnService Binding="${postBinding}" Location="${escapeXml(signOnUrl)}"`, ""],
          ],
        ],
      ],
    ],
  ]);
}
