import type { XmlElement } from "../http/xml.js";
import type { Directory, Role } from "../identity/directory.js";
import { createProviderKeys, type ProviderKeys } from "../oidc/provider-keys.js";
import { verifyWebIdentityToken, type WebIdentity } from "../oidc/verify-web-identity-token.js";
import { accessDenied } from "./access-denied.js";
import { requireAssertedBounds } from "./asserted-bounds.js";
import { createConstraints, validationError } from "./constraints.js";
import { invalidIdentityToken } from "./identity-token-error.js";
import { packedPolicySize } from "./packed-policy.js";
import { grantRoleSession, roleSession } from "./role-session.js";
import {
  type RoleSessionParameters,
  readRoleSessionParameters,
  requireArnForm,
  roleSessionNameRule,
} from "./role-session-parameters.js";
import { sessionDurationSeconds } from "./session-duration.js";
import { requirePolicyArns, requirePolicyDocument } from "./session-policy.js";
import { sessionTags } from "./session-tags.js";
import { sourceIdentity } from "./source-identity.js";
import type { StsState, UnsignedStsCall, UnsignedStsOperation } from "./sts-operation.js";

interface Input extends RoleSessionParameters {
  readonly roleSessionName: string;
  readonly token: string;
}

/** Providers of OAuth 2.0 access tokens, which are no JWTs. */
const oauthProviders = ["www.amazon.com", "graph.facebook.com"];

/** Each emulator has a directory of its own, and remembers keys by its own clock. */
const keysOfEmulators = new WeakMap<Directory, ProviderKeys>();

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const assumeRoleWithWebIdentity: UnsignedStsOperation = async (call) => {
  const input = readInput(call.parameters);
  requirePolicyDocument(input.policy);
  const { directory, clock } = call.state;
  const accountId = input.roleArn.split(":")[4] ?? "";
  const identity = await verifyWebIdentityToken(input.token, {
    directory,
    clock,
    keys: keysFor(call.state),
    accountId,
  });
  const { role, audience } = trustingRole(input.roleArn, identity, directory);
  requirePolicyArns(input.policyArns, role);
  return [
    ...grantSession(call, { input, role, identity }),
    ["SubjectFromWebIdentityToken", identity.subject],
    ["Provider", identity.provider.issuer],
    ["Audience", audience],
  ];
};

function grantSession(
  call: UnsignedStsCall,
  { input, role, identity }: { readonly input: Input; readonly role: Role; readonly identity: WebIdentity },
): readonly XmlElement[] {
  requireAssertedBounds({ ...identity.tags, sourceIdentity: identity.sourceIdentity });
  const session = roleSession(role, {
    roleSessionName: input.roleSessionName,
    policy: input.policy,
    policyArns: input.policyArns,
    ...sessionTags(identity.tags),
    sourceIdentity: sourceIdentity(identity.sourceIdentity),
    mfaSerialNumber: undefined,
    federatedProvider: identity.provider.arn,
  });
  return grantRoleSession(call, session, {
    durationSeconds: sessionDurationSeconds(input.durationSeconds, role),
    packedPolicySize: packedPolicySize(input, identity.tags.tags),
  });
}

function readInput(parameters: ReadonlyMap<string, string>): Input {
  const check = createConstraints();
  const shared = readRoleSessionParameters(parameters, check);
  const roleSessionName = parameters.get("RoleSessionName");
  const token = parameters.get("WebIdentityToken");
  const providerId = parameters.get("ProviderId");
  check.text("roleSessionName", roleSessionName, { ...roleSessionNameRule, required: true });
  check.text("webIdentityToken", token, { required: true, min: 4, max: 20_000, sensitive: true });
  check.text("providerId", providerId, { min: 4, max: 2048 });
  check.enforce();
  requireArnForm(shared.roleArn);
  requireNoProviderId(providerId);
  return { ...shared, roleSessionName: roleSessionName ?? "", token: token ?? "" };
}

/** `ProviderId` is for access tokens of two companies; the emulator stands in for neither. */
function requireNoProviderId(providerId: string | undefined): void {
  if (providerId === undefined) return;
  if (!oauthProviders.includes(providerId)) {
    throw validationError(`Value '${providerId}' at 'providerId' is no provider of OAuth 2.0 access tokens`);
  }
  throw invalidIdentityToken(`The emulator can't verify access tokens of ${providerId}`);
}

/** The role, when it trusts the identity, and the audience that it trusts it for. */
function trustingRole(
  roleArn: string,
  { provider, subject, audiences }: WebIdentity,
  directory: Directory,
): { readonly role: Role; readonly audience: string | undefined } {
  const role = directory.role(roleArn);
  const refused = accessDenied("Not authorized to perform sts:AssumeRoleWithWebIdentity");
  if (role === undefined || role.trust.federated?.includes(provider.arn) !== true) throw refused;
  const taken = audiences.filter((audience) => meets(role.trust.audience, audience));
  if (taken.length === 0 || !meets(role.trust.subject, subject)) throw refused;
  return { role, audience: taken.find((audience) => provider.clientIds.includes(audience)) ?? taken[0] };
}

function meets(condition: string | readonly string[] | undefined, value: string): boolean {
  return condition === undefined || [condition].flat().includes(value);
}

function keysFor({ directory, clock }: StsState): ProviderKeys {
  const keys = keysOfEmulators.get(directory) ?? createProviderKeys(clock);
  keysOfEmulators.set(directory, keys);
  return keys;
}
