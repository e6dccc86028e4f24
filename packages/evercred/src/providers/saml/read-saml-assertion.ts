import { assertionBase64 } from "./assertion-base64.js";
import { parseAssertionXml } from "./parse-assertion-xml.js";
import { children, toSamlResponse } from "./saml-response.js";
import { ROLE_ATTRIBUTE, type SamlRole, toSamlRoles } from "./saml-role.js";
import { earliest, samlTime } from "./saml-time.js";
import type { XmlElement } from "./xml-element.js";

/** What an assertion says. Nothing of it is proven: the signature is for STS to check. */
export interface SamlAssertion {
  /** The roles to choose from, without duplicates, in their order. Empty when it is encrypted. */
  readonly roles: readonly SamlRole[];
  /** What the session will be called. */
  readonly roleSessionName?: string;
  /** `SessionDuration`, whole seconds. It lengthens console sessions only; for the API it can only shorten. */
  readonly sessionDurationSeconds?: number;
  readonly sourceIdentity?: string;
  /** Keys of session tags; their values may be personal, and nobody needs them here. */
  readonly tagKeys: readonly string[];
  readonly transitiveTagKeys: readonly string[];
  readonly issuer?: string;
  /** `NameID`. */
  readonly subject?: string;
  readonly audience?: readonly string[];
  /** Whom it was posted to: the endpoint of AWS sign-in. */
  readonly recipient?: string;
  readonly issuedAt?: Date;
  readonly notBefore?: Date;
  /** The earliest of its conditions' end, its confirmation's end, and five minutes after its issue. */
  readonly usableUntil?: Date;
  /** When the session at the identity provider ends, and with it the session in AWS. */
  readonly sessionNotOnOrAfter?: Date;
  /** Whether there is a signature. Counts as true when it is encrypted: the signature may be inside. */
  readonly signed: boolean;
  /** Only STS can read what it grants. */
  readonly encrypted: boolean;
}

const ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/";
const TAG_ATTRIBUTE = `${ATTRIBUTES}PrincipalTag:`;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_saml.html: used within five minutes of its issue. */
const USABLE_MS = 5 * 60_000;

/**
 * Reads the base64 text that an identity provider posts as SAMLResponse.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
 *
 * @throws CredentialsConfigError when it is no response, or no successful one. It never quotes the assertion.
 */
export async function readSamlAssertion(assertion: string): Promise<SamlAssertion> {
  const { response, assertion: element, signed } = toSamlResponse(await parseAssertionXml(assertionBase64(assertion)));
  const times = timesOf(element ?? response);
  if (element === undefined) {
    const issuer = textOf(response, "Issuer");
    return frozen({
      roles: Object.freeze([]),
      tagKeys: [],
      transitiveTagKeys: [],
      issuer,
      ...times,
      signed,
      encrypted: true,
    });
  }
  const subject = children(element, "Subject");
  const confirmation = subject.flatMap((inside) => confirmationsOf(inside))[0];
  return frozen({
    ...attributesOf(element),
    issuer: textOf(element, "Issuer"),
    subject: subject.map((inside) => textOf(inside, "NameID"))[0],
    audience: audienceOf(element),
    recipient: confirmation?.attributes.get("Recipient"),
    ...times,
    signed,
    encrypted: false,
  });
}

/** Without what the assertion does not say. */
function frozen(assertion: { [K in keyof SamlAssertion]: SamlAssertion[K] | undefined }): SamlAssertion {
  const said = Object.entries(assertion).filter(([, value]) => value !== undefined);
  return Object.freeze(Object.fromEntries(said)) as unknown as SamlAssertion;
}

function attributesOf(assertion: XmlElement) {
  const values = attributeValues(assertion);
  const given = (name: string): string[] =>
    (values.get(`${ATTRIBUTES}${name}`) ?? []).map((value) => value.trim()).filter((value) => value !== "");
  const first = (name: string): string | undefined => given(name)[0];
  const duration = first("SessionDuration");
  return {
    roles: toSamlRoles(values.get(ROLE_ATTRIBUTE) ?? []),
    roleSessionName: first("RoleSessionName"),
    sessionDurationSeconds: duration !== undefined && /^\d{1,9}$/.test(duration) ? Number(duration) : undefined,
    sourceIdentity: first("SourceIdentity"),
    tagKeys: [...values.keys()].flatMap((name) =>
      name.startsWith(TAG_ATTRIBUTE) ? [name.slice(TAG_ATTRIBUTE.length)] : [],
    ),
    transitiveTagKeys: given("TransitiveTagKeys"),
  };
}

/** The values of each attribute; one that comes several times has all of them. */
function attributeValues(assertion: XmlElement): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const attribute of children(assertion, "AttributeStatement").flatMap((inside) =>
    children(inside, "Attribute"),
  )) {
    const name = attribute.attributes.get("Name")?.trim() ?? "";
    const own = children(attribute, "AttributeValue").map(({ text }) => text);
    values.set(name, [...(values.get(name) ?? []), ...own]);
  }
  return values;
}

function timesOf(element: XmlElement) {
  const conditions = children(element, "Conditions");
  const confirmations = children(element, "Subject").flatMap(confirmationsOf);
  const statements = children(element, "AuthnStatement");
  const issuedAt = samlTime(element.attributes.get("IssueInstant"));
  const ends = [...conditions, ...confirmations].map((inside) => samlTime(inside.attributes.get("NotOnOrAfter")));
  return {
    issuedAt,
    notBefore: samlTime(conditions[0]?.attributes.get("NotBefore")),
    usableUntil: earliest([...ends, issuedAt && new Date(issuedAt.getTime() + USABLE_MS)]),
    sessionNotOnOrAfter: earliest(statements.map((inside) => samlTime(inside.attributes.get("SessionNotOnOrAfter")))),
  };
}

function confirmationsOf(subject: XmlElement): XmlElement[] {
  return children(subject, "SubjectConfirmation").flatMap((inside) => children(inside, "SubjectConfirmationData"));
}

function audienceOf(assertion: XmlElement): readonly string[] | undefined {
  const audience = children(assertion, "Conditions")
    .flatMap((inside) => children(inside, "AudienceRestriction"))
    .flatMap((inside) => children(inside, "Audience"))
    .map(({ text }) => text.trim());
  return audience.length === 0 ? undefined : audience;
}

function textOf(parent: XmlElement, name: string): string | undefined {
  return children(parent, name)[0]?.text.trim() || undefined;
}
