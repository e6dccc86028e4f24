/** A response of an identity provider, piece by piece. Written for these tests; nobody signed it. */

export const ACCOUNT = "123456789012";
export const PROVIDER = `arn:aws:iam::${ACCOUNT}:saml-provider/idp`;
export const ISSUED = "2026-03-01T12:00:00Z";
export const NAMESPACES = {
  protocol: "urn:oasis:names:tc:SAML:2.0:protocol",
  assertion: "urn:oasis:names:tc:SAML:2.0:assertion",
  signature: "http://www.w3.org/2000/09/xmldsig#",
} as const;
export const SUCCESS = `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`;
export const SIGNATURE = `<ds:Signature xmlns:ds="${NAMESPACES.signature}"><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>`;

const ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/";

export function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

export function pair(name: string, provider: string = PROVIDER): string {
  return `${roleArn(name)},${provider}`;
}

/** One of AWS's attributes; the values are put in as they are. */
export function attribute(name: string, ...values: string[]): string {
  const inside = values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join("");
  return `<saml:Attribute Name="${ATTRIBUTES}${name}">${inside}</saml:Attribute>`;
}

export interface AssertionParts {
  readonly attributes?: string;
  readonly signature?: string;
  readonly issued?: string;
  readonly conditions?: string;
  readonly subject?: string;
  readonly statement?: string;
}

export function assertion(parts: AssertionParts = {}): string {
  const { attributes = attribute("Role", pair("demo")), signature = SIGNATURE, issued = ISSUED } = parts;
  const { conditions = "", subject = "", statement = "" } = parts;
  return (
    `<saml:Assertion ID="_a" Version="2.0" IssueInstant="${issued}"><saml:Issuer>https://idp.example.com</saml:Issuer>` +
    `${signature}${subject}${conditions}${statement}` +
    `<saml:AttributeStatement>${attributes}</saml:AttributeStatement></saml:Assertion>`
  );
}

export function subject(attributes: string, nameId = "jane@example.com"): string {
  return (
    `<saml:Subject><saml:NameID>${nameId}</saml:NameID><saml:SubjectConfirmation ` +
    `Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData ${attributes}/></saml:SubjectConfirmation>` +
    "</saml:Subject>"
  );
}

/** The response around what is given, after a status of success. */
export function response(inside: string = assertion(), status: string = SUCCESS): string {
  return (
    `<samlp:Response xmlns:samlp="${NAMESPACES.protocol}" xmlns:saml="${NAMESPACES.assertion}" ID="_r" Version="2.0" ` +
    `IssueInstant="${ISSUED}"><saml:Issuer>https://idp.example.com</saml:Issuer>${status}${inside}</samlp:Response>`
  );
}

export function base64(xml: string): string {
  return Buffer.from(xml, "utf8").toString("base64");
}

/** A signed response with these attributes. */
export function withAttributes(...attributes: string[]): string {
  return base64(response(assertion({ attributes: attributes.join("") })));
}
