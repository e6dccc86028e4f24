import { kindOf } from "../../cache/option-checks.js";
import { CredentialsConfigError } from "../../errors.js";

/** Variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * One variable; a blank one counts as unset.
 *
 * @throws {@link CredentialsConfigError} when it is no text.
 */
export function readVariable(env: Variables, variable: string): string | undefined {
  const value: unknown = env[variable] ?? "";
  if (typeof value !== "string") {
    throw new CredentialsConfigError(`${variable} must be a string; \`env\` has ${kindOf(value)}.`);
  }
  return value.trim() || undefined;
}

/**
 * A secret that travels in a header. What fetch says of one it does not take quotes the value, so it is looked at before.
 *
 * @throws {@link CredentialsConfigError} naming the variable.
 */
export function requireHeaderText(variable: string, value: string): string {
  if (!/^[ -~]+$/.test(value)) {
    throw new CredentialsConfigError(
      `${variable} must be made of printable ASCII: it travels in an HTTP header. Its ${value.length} characters are not.`,
    );
  }
  return value;
}
