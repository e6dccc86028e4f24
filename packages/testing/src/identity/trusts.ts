import type { Caller } from "./caller.js";
import type { Role } from "./directory.js";

/** Whether, for AssumeRole, a role's trust policy names the caller, takes its external id, and has the MFA it asks for. */
export function trusts(
  role: Role,
  caller: Caller,
  presented: { readonly externalId: string | undefined; readonly mfa: boolean },
): boolean {
  const { principals, federated, externalId, requireMfa } = role.trust;
  const ownAccount = [`arn:${role.partition}:iam::${role.accountId}:root`];
  const trusted = principals ?? (federated === undefined ? ownAccount : []);
  if (!trusted.some((principal) => names(principal, caller))) return false;
  if (requireMfa === true && !presented.mfa) return false;
  if (externalId === undefined) return true;
  const accepted = typeof externalId === "string" ? [externalId] : externalId;
  return presented.externalId !== undefined && accepted.includes(presented.externalId);
}

function names(principal: string, caller: Caller): boolean {
  if (principal === "*" || principal === caller.arn) return true;
  if (principal === `arn:${caller.partition}:iam::${caller.accountId}:root` || principal === caller.accountId)
    return true;
  return caller.kind === "role-session" && principal === caller.roleArn;
}
