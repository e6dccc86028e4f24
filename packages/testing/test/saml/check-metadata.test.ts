import { expect, test } from "vitest";
import { createSamlIdp } from "../../src/index.js";
import { checkSamlMetadata } from "../../src/saml/check-metadata.js";
import { refusalOf } from "../refusal.js";

const { metadata } = createSamlIdp();

test("takes a metadata document", () => {
  checkSamlMetadata("metadata", metadata);
});

test.each([
  ["", "a non-empty string; got an empty string"],
  ["idp.xml", "the metadata document of a SAML identity provider"],
  [metadata.slice(0, 400), "got what can't be read as one"],
  [metadata.replace(/entityID="[^"]*"/, ""), "got one without entityID"],
  [metadata.replace(/<KeyDescriptor.*<\/KeyDescriptor>/, ""), "got one without a key"],
  [metadata.replace('use="signing"', 'use="encryption"'), "got one without a key"],
  [metadata.replace(/<ds:Exponent>.*<\/ds:Exponent>/, ""), "got one without a key"],
])("refuses %j", async (text, message) => {
  expect(await refusalOf(() => checkSamlMetadata("metadata", text))).toContain(message);
});
