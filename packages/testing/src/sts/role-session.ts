import type { XmlElement } from "../http/xml.js";
import type { RoleSessionCaller } from "../identity/caller.js";
import type { Role } from "../identity/directory.js";
import { credentialElements } from "./credential-elements.js";
import type { SessionPolicies } from "./session-policy.js";
import type { UnsignedStsCall } from "./sts-operation.js";

/** What a session of a role has of its own. */
export interface RoleSessionDetails extends SessionPolicies {
  readonly roleSessionName: string;
  readonly sourceIdentity: string | undefined;
  /** The session's principal tags, those that were passed on to it included, by key as it was written. */
  readonly tags: ReadonlyMap<string, string>;
  /** Those of the tags that go on to the sessions of roles this session assumes. */
  readonly transitiveTags: ReadonlyMap<string, string>;
  /** The serial number of the MFA device that was proved. */
  readonly mfaSerialNumber: string | undefined;
  /** The ARN of the OIDC or SAML provider whose token or assertion the session was given for. */
  readonly federatedProvider: string | undefined;
}

export function roleSession(role: Role, details: RoleSessionDetails): RoleSessionCaller {
  const { roleSessionName, ...session } = details;
  return {
    ...session,
    kind: "role-session",
    arn: `arn:${role.partition}:sts::${role.accountId}:assumed-role/${role.roleName}/${roleSessionName}`,
    accountId: role.accountId,
    partition: role.partition,
    userId: `${role.roleId}:${roleSessionName}`,
    deny: role.deny,
    roleArn: role.arn,
  };
}

/** Issues the session's credentials: the elements that the answers of the three AssumeRole operations share. */
export function grantRoleSession(
  { state, global }: UnsignedStsCall,
  session: RoleSessionCaller,
  { durationSeconds, packedPolicySize }: { durationSeconds: number; packedPolicySize: number | undefined },
): readonly XmlElement[] {
  return [
    credentialElements(state.sessions.issue(session, { durationSeconds, global })),
    [
      "AssumedRoleUser",
      [
        ["AssumedRoleId", session.userId],
        ["Arn", session.arn],
      ],
    ],
    ["PackedPolicySize", packedPolicySize],
    ["SourceIdentity", session.sourceIdentity],
  ];
}
