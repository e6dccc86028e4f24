import { attributeOf, childElements, onlyChild, textIn } from "./parse-xml.js";
import type { SamlRole } from "./saml-assertion-options.js";
import { samlNamespaces } from "./saml-names.js";

/** What an assertion says, as it says it. */
export interface AssertionClaims {
  readonly issuer: string | undefined;
  readonly issuedAt: string | undefined;
  readonly subject: string | undefined;
  readonly subjectFormat: string | undefined;
  readonly recipient: string | undefined;
  /** When it stops being usable, by its confirmation and by its conditions. */
  readonly notOnOrAfter: readonly (string | undefined)[];
  readonly notBefore: string | undefined;
  readonly audiences: readonly string[];
  readonly sessionNotOnOrAfter: string | undefined;
  /** The values of each attribute. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

const { assertion: saml } = samlNamespaces;

/** Reads an assertion, after it was verified. */
export function readAssertionClaims(assertion: Element): AssertionClaims {
  const subject = onlyChild(assertion, saml, "Subject");
  const nameId = onlyChild(subject, saml, "NameID");
  const confirmation = onlyChild(onlyChild(subject, saml, "SubjectConfirmation"), saml, "SubjectConfirmationData");
  const conditions = onlyChild(assertion, saml, "Conditions");
  const restrictions = conditions === undefined ? [] : childElements(conditions, saml, "AudienceRestriction");
  return {
    issuer: textIn(onlyChild(assertion, saml, "Issuer")),
    issuedAt: attributeOf(assertion, "IssueInstant"),
    subject: textIn(nameId),
    subjectFormat: attributeOf(nameId, "Format"),
    recipient: attributeOf(confirmation, "Recipient"),
    // Of the confirmation it is required, of the conditions it is not.
    notOnOrAfter: [
      attributeOf(confirmation, "NotOnOrAfter"),
      ...[attributeOf(conditions, "NotOnOrAfter") ?? []].flat(),
    ],
    notBefore: attributeOf(conditions, "NotBefore"),
    audiences: restrictions.flatMap((one) =>
      childElements(one, saml, "Audience").map((audience) => textIn(audience) ?? ""),
    ),
    sessionNotOnOrAfter: attributeOf(onlyChild(assertion, saml, "AuthnStatement"), "SessionNotOnOrAfter"),
    attributes: readAttributes(assertion),
  };
}

function readAttributes(assertion: Element): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>();
  for (const statement of childElements(assertion, saml, "AttributeStatement")) {
    for (const attribute of childElements(statement, saml, "Attribute")) {
      const name = attributeOf(attribute, "Name") ?? "";
      const values = childElements(attribute, saml, "AttributeValue").map((value) => textIn(value) ?? "");
      attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
    }
  }
  return attributes;
}

/** A value of the attribute `Role`: the two ARNs in either order. `undefined` when it is no such pair. */
export function readRolePair(value: string): SamlRole | undefined {
  const arns = value.split(",").map((arn) => arn.trim());
  const roleArn = arns.find((arn) => arn.includes(":role/"));
  const principalArn = arns.find((arn) => arn.includes(":saml-provider/"));
  if (arns.length !== 2 || roleArn === undefined || principalArn === undefined) return undefined;
  return { roleArn, principalArn };
}
