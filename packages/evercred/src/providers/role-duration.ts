import { ROLE_DURATION_SECONDS, requireSeconds } from "../sts/input-limits.js";

/** AWS's default. Asking for it and saying nothing are the same. */
const DEFAULT_DURATION_SECONDS = 3600;

/** A role assumed with a role's session: AWS's bound, which no setting of the role raises. */
export const CHAINED_DURATION_SECONDS = 3600;

/**
 * How long a role's session is to live, in seconds.
 *
 * @throws CredentialsConfigError
 */
export function roleDuration(durationSeconds: number | undefined): number {
  const seconds = durationSeconds === undefined ? DEFAULT_DURATION_SECONDS : durationSeconds;
  return requireSeconds("durationSeconds", seconds, ROLE_DURATION_SECONDS);
}
