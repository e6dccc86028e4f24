import type { Caller } from "../identity/caller.js";
import type { Role } from "../identity/directory.js";
import { validationError } from "./constraints.js";

const defaultSeconds = 3600;
const chainedMaxSeconds = 3600;

/**
 * How long a role's session lasts, in seconds. A role assumed from a role session has its own, lower bound, and asking
 * for more fails rather than being cut.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
 */
export function sessionDurationSeconds(askedSeconds: number | undefined, role: Role, caller?: Caller): number {
  const seconds = askedSeconds ?? defaultSeconds;
  if (caller?.kind === "role-session" && seconds > chainedMaxSeconds) {
    throw validationError(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
  }
  if (seconds > role.maxSessionDurationSeconds) {
    throw validationError("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  }
  return seconds;
}
