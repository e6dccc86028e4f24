import type { Caller } from "../identity/caller.js";
import { accessDenied } from "./access-denied.js";
import { validationError } from "./constraints.js";

/**
 * The source identity of the new session. Once set, it stays along a chain of roles and cannot be changed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
 */
export function sourceIdentity(asked: string | undefined, caller?: Caller): string | undefined {
  if (asked?.toLowerCase().startsWith("aws:")) {
    throw validationError(`Value '${asked}' at 'sourceIdentity' is invalid: the prefix aws: is reserved`);
  }
  const inherited = caller?.kind === "role-session" ? caller.sourceIdentity : undefined;
  if (inherited !== undefined && asked !== undefined && asked !== inherited) {
    throw accessDenied("The source identity of a role session can't be changed.");
  }
  return inherited ?? asked;
}
