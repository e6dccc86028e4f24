import { randomUUID } from "node:crypto";
import { escapeXml, renderXml, type XmlElement } from "../http/xml.js";
import type { SamlAssertionOptions } from "./saml-assertion-options.js";
import { awsAttributes, awsSignInUrl, bearerMethod, samlNamespaces, successStatus } from "./saml-names.js";

export interface ResponseContext {
  readonly entityId: string;
  readonly nowMs: number;
}

const windowMs = 300_000;
const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const passwordOverTls = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";

/** A SAML response with one assertion, not signed yet. Every value in it is escaped. */
export function renderResponse(options: SamlAssertionOptions, { entityId, nowMs }: ResponseContext): string {
  const { audience = awsSignInUrl, recipient = awsSignInUrl, issuer = entityId, status = successStatus } = options;
  const issuedAt = options.issuedAt ?? new Date(nowMs);
  const times = {
    issuedAt: issuedAt.toISOString(),
    notBefore: (options.notBefore ?? issuedAt).toISOString(),
    notOnOrAfter: (options.notOnOrAfter ?? new Date(issuedAt.getTime() + windowMs)).toISOString(),
  };
  const issued = `Version="2.0" IssueInstant="${times.issuedAt}"`;
  const assertion: XmlElement = [
    `saml:Assertion xmlns:saml="${samlNamespaces.assertion}" ID="_${randomUUID()}" ${issued}`,
    [
      ["saml:Issuer", issuer],
      ["saml:Subject", subjectElements(options, recipient, times.notOnOrAfter)],
      [
        `saml:Conditions NotBefore="${times.notBefore}" NotOnOrAfter="${times.notOnOrAfter}"`,
        [["saml:AudienceRestriction", [["saml:Audience", audience]]]],
      ],
      [authnStatement(times.issuedAt, options.sessionNotOnOrAfter), authnContext],
      ["saml:AttributeStatement", attributeElements(options)],
    ],
  ];
  const envelope = `xmlns:samlp="${samlNamespaces.protocol}" xmlns:saml="${samlNamespaces.assertion}"`;
  return renderXml([
    [
      `samlp:Response ${envelope} ID="_${randomUUID()}" ${issued} Destination="${escapeXml(recipient)}"`,
      [["saml:Issuer", issuer], ["samlp:Status", [[`samlp:StatusCode Value="${escapeXml(status)}"`, ""]]], assertion],
    ],
  ]);
}

function subjectOf({ subject = "alice" }: SamlAssertionOptions): string {
  return subject;
}

function subjectElements(
  options: SamlAssertionOptions,
  recipient: string,
  notOnOrAfter: string,
): readonly XmlElement[] {
  return [
    [`saml:NameID Format="${escapeXml(options.subjectFormat ?? persistent)}"`, subjectOf(options)],
    [
      `saml:SubjectConfirmation Method="${bearerMethod}"`,
      [[`saml:SubjectConfirmationData NotOnOrAfter="${notOnOrAfter}" Recipient="${escapeXml(recipient)}"`, ""]],
    ],
  ];
}

const authnContext: readonly XmlElement[] = [["saml:AuthnContext", [["saml:AuthnContextClassRef", passwordOverTls]]]];

function authnStatement(issuedAt: string, sessionNotOnOrAfter: Date | undefined): string {
  const end = sessionNotOnOrAfter === undefined ? "" : ` SessionNotOnOrAfter="${sessionNotOnOrAfter.toISOString()}"`;
  return `saml:AuthnStatement AuthnInstant="${issuedAt}"${end}`;
}

function attributeElements(options: SamlAssertionOptions): readonly XmlElement[] {
  return Object.entries({ ...awsAttributeValues(options), ...options.attributes }).flatMap(([name, values]) => {
    if (values === undefined) return [];
    const elements = values.map((value): XmlElement => ["saml:AttributeValue", value]);
    return [[`saml:Attribute Name="${escapeXml(name)}"`, elements] satisfies XmlElement];
  });
}

function awsAttributeValues(options: SamlAssertionOptions): Record<string, readonly string[] | undefined> {
  const { sessionDurationSeconds, sourceIdentity, tags = {}, transitiveTagKeys } = options;
  const pairs = options.roles.map(({ roleArn, principalArn }) =>
    options.order === "provider-first" ? `${principalArn},${roleArn}` : `${roleArn},${principalArn}`,
  );
  const tagValues = Object.entries(tags).map(([key, value]) => [awsAttributes.principalTagPrefix + key, [value]]);
  return {
    [awsAttributes.role]: pairs,
    [awsAttributes.roleSessionName]: [options.sessionName ?? subjectOf(options)],
    [awsAttributes.sessionDuration]: oneOrNone(sessionDurationSeconds),
    [awsAttributes.sourceIdentity]: oneOrNone(sourceIdentity),
    ...Object.fromEntries(tagValues),
    [awsAttributes.transitiveTagKeys]: transitiveTagKeys,
  };
}

function oneOrNone(value: string | number | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [String(value)];
}
