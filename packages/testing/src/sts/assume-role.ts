import type { XmlElement } from "../http/xml.js";
import { isDenied, type RoleSessionCaller } from "../identity/caller.js";
import type { Role } from "../identity/directory.js";
import type { TemporaryCredentials } from "../identity/sessions.js";
import { trusts } from "../identity/trusts.js";
import { notAuthorized } from "./access-denied.js";
import { type AssumeRoleInput, readAssumeRoleInput } from "./assume-role-input.js";
import { presentsMfa } from "./mfa.js";
import { packedPolicySize } from "./packed-policy.js";
import { sessionDurationSeconds } from "./session-duration.js";
import { requirePolicyArns, requirePolicyDocument } from "./session-policy.js";
import { sourceIdentity } from "./source-identity.js";
import type { StsCall } from "./sts-operation.js";
import { transitiveTags } from "./transitive-tags.js";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function assumeRole(call: StsCall): readonly XmlElement[] {
  const input = readAssumeRoleInput(call.parameters);
  if (input.policy !== undefined) requirePolicyDocument(input.policy);
  const role = trustingRole(input, call);
  requirePolicyArns(input.policyArns, role);
  const durationSeconds = sessionDurationSeconds(input.durationSeconds, role, call.caller);
  const packedSize = packedPolicySize(input);
  const session = roleSession(input, role, call);
  const credentials = call.state.sessions.issue(session, durationSeconds);
  return [
    ["Credentials", credentialElements(credentials)],
    [
      "AssumedRoleUser",
      [
        ["AssumedRoleId", session.userId],
        ["Arn", session.arn],
      ],
    ],
    ["PackedPolicySize", packedSize],
    ["SourceIdentity", session.sourceIdentity],
  ];
}

function trustingRole(input: AssumeRoleInput, { caller, state }: StsCall): Role {
  const role = state.directory.role(input.roleArn);
  const refused = notAuthorized(caller, "sts:AssumeRole", input.roleArn);
  if (role === undefined || isDenied(caller, "sts", "AssumeRole")) throw refused;
  const mfa = presentsMfa(input, caller, state.mfaCodes);
  if (!trusts(role, caller, { externalId: input.externalId, mfa })) throw refused;
  return role;
}

function roleSession(input: AssumeRoleInput, role: Role, { caller }: StsCall): RoleSessionCaller {
  return {
    kind: "role-session",
    arn: `arn:${role.partition}:sts::${role.accountId}:assumed-role/${role.roleName}/${input.roleSessionName}`,
    accountId: role.accountId,
    partition: role.partition,
    userId: `${role.roleId}:${input.roleSessionName}`,
    deny: role.deny,
    roleArn: role.arn,
    sourceIdentity: sourceIdentity(input, caller),
    transitiveTags: transitiveTags(input, caller),
  };
}

function credentialElements(credentials: TemporaryCredentials): readonly XmlElement[] {
  return [
    ["AccessKeyId", credentials.accessKeyId],
    ["SecretAccessKey", credentials.secretAccessKey],
    ["SessionToken", credentials.sessionToken],
    ["Expiration", new Date(credentials.expiresAtMs).toISOString().replace(".000Z", "Z")],
  ];
}
