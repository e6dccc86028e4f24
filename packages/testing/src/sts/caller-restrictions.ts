import type { AwsError } from "../aws-error.js";
import type { Caller } from "../identity/caller.js";
import { accessDenied } from "./access-denied.js";

/**
 * Requires that credentials of the caller's kind may be used for an operation at all, whatever its policies say.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
 */
export function requirePermittedKind(caller: Caller, operation: string): void {
  if (operation === "AssumeRole" && isRoot(caller)) {
    throw accessDenied("Roles may not be assumed by root accounts.");
  }
  if (operation === "AssumeRoot" && isRoot(caller)) {
    throw accessDenied("AssumeRoot may not be called by root accounts.");
  }
  if (!mayCall(caller, operation)) throw sessionCredentialsRefused(operation);
}

export function sessionCredentialsRefused(operation: string): AwsError {
  return accessDenied(`Cannot call ${operation} with session credentials`);
}

function mayCall(caller: Caller, operation: string): boolean {
  switch (caller.kind) {
    case "user":
    case "root":
      return true;
    case "role-session":
      return operation !== "GetSessionToken" && operation !== "GetFederationToken";
    case "session-token":
      return operation === "AssumeRole" || operation === "GetCallerIdentity";
    // GetFederationToken's documentation says so. No task policy of AssumeRoot allows anything of STS, and
    // GetCallerIdentity needs no permission.
    case "federated-user":
    case "root-session":
      return operation === "GetCallerIdentity";
  }
}

function isRoot(caller: Caller): boolean {
  if (caller.kind === "session-token") return caller.owner.kind === "root";
  return caller.kind === "root" || caller.kind === "root-session";
}
