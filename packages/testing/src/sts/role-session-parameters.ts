import { type Constraints, type TextRule, validationError } from "./constraints.js";
import { readDurationSeconds } from "./duration-parameter.js";
import { readSessionPolicies, type SessionPolicies } from "./session-policy.js";

/** The parameters that the three AssumeRole operations share. */
export interface RoleSessionParameters extends SessionPolicies {
  readonly roleArn: string;
  readonly durationSeconds: number | undefined;
}

/** The bounds of a session's name, also where it comes from an assertion. */
export const roleSessionNameRule: TextRule = { min: 2, max: 64, pattern: /[\w+=,.@-]*/ };

/** The bounds of an ARN in a request. */
export const arnRule: TextRule = { min: 20, max: 2048 };

/**
 * Reads them, and tells `check` what is wrong with them. The operation enforces that, together with what is its own, and
 * then calls {@link requireArnForm}.
 */
export function readRoleSessionParameters(
  parameters: ReadonlyMap<string, string>,
  check: Constraints,
): RoleSessionParameters {
  const roleArn = parameters.get("RoleArn");
  const durationSeconds = readDurationSeconds(parameters);
  check.text("roleArn", roleArn, { ...arnRule, required: true });
  check.integer("durationSeconds", durationSeconds, { min: 900, max: 43_200 });
  return { roleArn: roleArn ?? "", durationSeconds, ...readSessionPolicies(parameters, check) };
}

/** Requires a text to have the six parts of an ARN; the length alone was checked before. */
export function requireArnForm(arn: string): void {
  if (!/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/.test(arn)) throw validationError(`${arn} is invalid`);
}

/** The account an ARN is of; empty in what is none. */
export function arnAccountId(arn: string): string {
  return arn.split(":")[4] ?? "";
}
