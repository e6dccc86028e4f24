import type { Caller } from "../identity/caller.js";
import type { Constraints } from "./constraints.js";
import { readDurationSeconds } from "./duration-parameter.js";

const defaultSeconds = 43_200;
const rootMaxSeconds = 3600;

export function readLongSessionDuration(
  parameters: ReadonlyMap<string, string>,
  check: Constraints,
): number | undefined {
  const seconds = readDurationSeconds(parameters);
  check.integer("durationSeconds", seconds, { min: 900, max: 129_600 });
  return seconds;
}

/**
 * How long a session of GetSessionToken or GetFederationToken lasts. A root user that asks for more than an hour gets an
 * hour, and no error.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html#API_GetSessionToken_RequestParameters
 */
export function longSessionSeconds(asked: number | undefined, caller: Caller): number {
  const seconds = asked ?? defaultSeconds;
  return caller.kind === "root" ? Math.min(seconds, rootMaxSeconds) : seconds;
}
