import { createHash } from "node:crypto";
import type { XmlElement } from "../http/xml.js";
import type { Directory, Role } from "../identity/directory.js";
import type { SamlProvider } from "../identity/identity-providers.js";
import { readRolePair } from "../saml/assertion-claims.js";
import { awsAttributes } from "../saml/saml-names.js";
import { type SamlIdentity, verifySamlAssertion } from "../saml/verify-saml-assertion.js";
import { accessDenied } from "./access-denied.js";
import { requireAssertedBounds } from "./asserted-bounds.js";
import { createConstraints } from "./constraints.js";
import { invalidIdentityToken } from "./identity-token-error.js";
import { packedPolicySize } from "./packed-policy.js";
import { grantRoleSession, roleSession } from "./role-session.js";
import {
  arnRule,
  type RoleSessionParameters,
  readRoleSessionParameters,
  requireArnForm,
} from "./role-session-parameters.js";
import { sessionDurationSeconds } from "./session-duration.js";
import { requirePolicyArns, requirePolicyDocument } from "./session-policy.js";
import { type AskedTags, sessionTags } from "./session-tags.js";
import type { UnsignedStsOperation } from "./sts-operation.js";

interface Input extends RoleSessionParameters {
  readonly principalArn: string;
  readonly assertion: string;
}

const name = /^[a-zA-Z_0-9+=,.@-]{2,64}$/;
const unspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html */
export const assumeRoleWithSaml: UnsignedStsOperation = async (call) => {
  const input = readInput(call.parameters);
  requirePolicyDocument(input.policy);
  const { directory, clock } = call.state;
  const provider = directory.samlProvider(input.principalArn);
  if (provider === undefined) throw invalidIdentityToken("Specified provider doesn't exist");
  const identity = verifySamlAssertion(input.assertion, provider, clock);
  const names = { roleSessionName: roleSessionName(identity), sourceIdentity: sourceIdentity(identity) };
  const role = trustingRole(input, identity, directory);
  requirePolicyArns(input.policyArns, role);
  const asked = assertedTags(identity);
  requireAssertedBounds({ ...asked, sourceIdentity: names.sourceIdentity });
  const { policy, policyArns } = input;
  const session = roleSession(role, {
    ...names,
    policy,
    policyArns,
    ...sessionTags(asked),
    mfaSerialNumber: undefined,
    federatedProvider: provider.arn,
  });
  const durationSeconds = sessionSeconds(sessionDurationSeconds(input.durationSeconds, role), identity, clock.now());
  const granted = { durationSeconds, packedPolicySize: packedPolicySize(input, asked.tags) };
  return [...grantRoleSession(call, session, granted), ...identityElements(identity, provider)];
};

function readInput(parameters: ReadonlyMap<string, string>): Input {
  const check = createConstraints();
  const shared = readRoleSessionParameters(parameters, check);
  const principalArn = parameters.get("PrincipalArn");
  const assertion = parameters.get("SAMLAssertion");
  check.text("principalArn", principalArn, { ...arnRule, required: true });
  check.text("sAMLAssertion", assertion, { required: true, min: 4, max: 100_000, sensitive: true });
  check.enforce();
  requireArnForm(shared.roleArn);
  return { ...shared, principalArn: principalArn ?? "", assertion: assertion ?? "" };
}

/** The role, when the assertion names it with this provider, and it trusts the provider. */
function trustingRole({ roleArn, principalArn }: Input, { attributes }: SamlIdentity, directory: Directory): Role {
  const pairs = (attributes.get(awsAttributes.role) ?? []).map(readRolePair);
  const named = pairs.some((pair) => pair?.roleArn === roleArn && pair.principalArn === principalArn);
  const role = directory.role(roleArn);
  if (!named || role?.trust.federated?.includes(principalArn) !== true) {
    throw accessDenied("Not authorized to perform sts:AssumeRoleWithSAML");
  }
  return role;
}

function roleSessionName({ attributes }: SamlIdentity): string {
  const [value, ...others] = attributes.get(awsAttributes.roleSessionName) ?? [];
  if (value === undefined) throw invalidIdentityToken("RoleSessionName is required in AuthnResponse");
  if (name.test(value) && others.length === 0) return value;
  throw invalidIdentityToken("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}");
}

function sourceIdentity({ attributes }: SamlIdentity): string | undefined {
  const [value, ...others] = attributes.get(awsAttributes.sourceIdentity) ?? [];
  if (value === undefined) return undefined;
  if (name.test(value) && !/^aws:/i.test(value) && others.length === 0) return value;
  throw invalidIdentityToken('Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"');
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-saml */
function assertedTags({ attributes }: SamlIdentity): AskedTags {
  const prefix = awsAttributes.principalTagPrefix;
  const tags = [...attributes]
    .filter(([attribute]) => attribute.startsWith(prefix))
    .map(([attribute, [value = "", ...others]]) => {
      if (others.length > 0) throw invalidIdentityToken();
      return { key: attribute.slice(prefix.length), value };
    });
  return { tags, transitiveTagKeys: attributes.get(awsAttributes.transitiveTagKeys) ?? [] };
}

/** The session ends at the earliest of what was asked, what the assertion allows, and its own end. */
function sessionSeconds(askedSeconds: number, { attributes, sessionEndMs }: SamlIdentity, nowMs: number): number {
  const [allowed] = attributes.get(awsAttributes.sessionDuration) ?? [];
  if (allowed !== undefined && !/^\d{1,6}$/.test(allowed)) throw invalidIdentityToken();
  const allowedSeconds = allowed === undefined ? Number.POSITIVE_INFINITY : Number(allowed);
  const endSeconds = sessionEndMs === undefined ? Number.POSITIVE_INFINITY : (sessionEndMs - nowMs) / 1000;
  return Math.min(askedSeconds, allowedSeconds, endSeconds);
}

function identityElements(
  identity: SamlIdentity,
  { accountId, name: providerName }: SamlProvider,
): readonly XmlElement[] {
  const { subject, subjectFormat = unspecified, issuer, recipient } = identity;
  return [
    ["Subject", subject],
    ["SubjectType", subjectFormat.replace(/^urn:oasis:names:tc:SAML:2\.0:nameid-format:/, "")],
    ["Issuer", issuer],
    ["Audience", recipient],
    ["NameQualifier", createHash("sha1").update(`${issuer}${accountId}/${providerName}`).digest("base64")],
  ];
}
