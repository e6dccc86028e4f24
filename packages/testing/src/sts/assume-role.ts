import type { XmlElement } from "../http/xml.js";
import { isDenied } from "../identity/caller.js";
import type { Role } from "../identity/directory.js";
import { trusts } from "../identity/trusts.js";
import { notAuthorized } from "./access-denied.js";
import { type AssumeRoleInput, readAssumeRoleInput } from "./assume-role-input.js";
import { provedMfa } from "./mfa.js";
import { packedPolicySize } from "./packed-policy.js";
import { grantRoleSession, roleSession } from "./role-session.js";
import { sessionDurationSeconds } from "./session-duration.js";
import { requirePolicyArns, requirePolicyDocument } from "./session-policy.js";
import { sessionTags } from "./session-tags.js";
import { sourceIdentity } from "./source-identity.js";
import type { StsCall } from "./sts-operation.js";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export function assumeRole(call: StsCall): readonly XmlElement[] {
  const { caller, parameters } = call;
  const input = readAssumeRoleInput(parameters);
  requirePolicyDocument(input.policy);
  const { role, mfaSerialNumber } = trustingRole(input, call);
  requirePolicyArns(input.policyArns, role);
  const durationSeconds = sessionDurationSeconds(input.durationSeconds, role, caller);
  const packedSize = packedPolicySize(input, input.tags);
  const session = roleSession(role, {
    roleSessionName: input.roleSessionName,
    policy: input.policy,
    policyArns: input.policyArns,
    sourceIdentity: sourceIdentity(input.sourceIdentity, caller),
    ...sessionTags(input, caller),
    mfaSerialNumber,
    federatedProvider: undefined,
  });
  return grantRoleSession(call, session, { durationSeconds, packedPolicySize: packedSize });
}

function trustingRole(
  input: AssumeRoleInput,
  { caller, state }: StsCall,
): { readonly role: Role; readonly mfaSerialNumber: string | undefined } {
  const role = state.directory.role(input.roleArn);
  const refused = notAuthorized(caller, "sts:AssumeRole", input.roleArn);
  if (role === undefined || isDenied(caller, "sts", "AssumeRole")) throw refused;
  const mfaSerialNumber = provedMfa(input, caller, state.mfaDevices);
  if (!trusts(role, caller, { externalId: input.externalId, mfa: mfaSerialNumber !== undefined })) throw refused;
  return { role, mfaSerialNumber };
}
