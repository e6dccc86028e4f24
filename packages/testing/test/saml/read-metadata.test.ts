import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { expect, test } from "vitest";
import { createSamlIdp } from "../../src/index.js";
import { readMetadata } from "../../src/saml/read-metadata.js";

test("reads the key that createSamlIdp publishes", () => {
  const { metadata, entityId } = createSamlIdp({ entityId: 'https://idp.example/?a=1&b="2"' });
  const read = readMetadata(metadata);
  expect(read.entityId).toBe(entityId);
  expect(read.keys.map((key) => [key.type, key.asymmetricKeyType])).toEqual([["public", "rsa"]]);
});

test("reads the certificates of real identity providers, and only those they sign with", () => {
  // Any certificate does; Node brings some.
  const [certificate = "", other = ""] = rootCertificates;
  const key = (use: string, pem: string) =>
    `<KeyDescriptor${use}><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>${pem.replace(/-----[A-Z ]+-----/g, "")}</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`;
  const { keys } = readMetadata(
    `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="idp"><IDPSSODescriptor>${key("", certificate)}${key(' use="encryption"', other)}</IDPSSODescriptor></EntityDescriptor>`,
  );
  expect(keys.map((one) => one.equals(new X509Certificate(certificate).publicKey))).toEqual([true]);
});

test.each([["not XML"], ["<!DOCTYPE a><a/>"], [""]])("refuses %j", (metadata) => {
  expect(() => readMetadata(metadata)).toThrow();
});
