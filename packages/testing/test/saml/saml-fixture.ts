import type { SamlAssertionOptions, SamlIdp } from "../../src/index.js";

export const roleArn = "arn:aws:iam::123456789012:role/reader";
export const providerArn = "arn:aws:iam::123456789012:saml-provider/idp";
export const pair = { roleArn, principalArn: providerArn };

/** What AWS's documentation calls the provider of its example. */
export function providerOf(idp: SamlIdp) {
  return { arn: providerArn, name: "idp", accountId: "123456789012", metadata: idp.metadata };
}

export function xmlOf(samlResponse: string): string {
  return Buffer.from(samlResponse, "base64").toString("utf8");
}

export function encoded(xml: string): string {
  return Buffer.from(xml, "utf8").toString("base64");
}

/** A response with the parts that a forger moves about. */
export function partsOf(idp: SamlIdp, options: Partial<SamlAssertionOptions> = {}) {
  const response = xmlOf(idp.assertion({ roles: [pair], ...options }));
  const [assertion = ""] = /<saml:Assertion.*<\/saml:Assertion>/s.exec(response) ?? [];
  const [signature = ""] = /<ds:Signature .*?<\/ds:Signature>/s.exec(response) ?? [];
  return { response, assertion, signature };
}
