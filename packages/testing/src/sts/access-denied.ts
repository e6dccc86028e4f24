import { AwsError } from "../aws-error.js";
import type { Caller } from "../identity/caller.js";

export function accessDenied(message: string): AwsError {
  return new AwsError({ status: 403, code: "AccessDenied" }, message);
}

/** STS says the same of a role that does not exist and of one that does not trust the caller. */
export function notAuthorized(caller: Caller, action: string, resource: string): AwsError {
  return accessDenied(`User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`);
}
