import { AwsError } from "../aws-error.js";

/** Collects what is wrong with a request's parameters, and refuses them all at once in STS's own words. */
export interface Constraints {
  /** Requires a text of some length and pattern; `undefined` is fine unless `required`. */
  text(name: string, value: string | undefined, rule: TextRule): void;
  integer(name: string, value: number | undefined, bounds: { readonly min: number; readonly max: number }): void;
  /** Requires one of some values. */
  memberOf(name: string, value: string | undefined, values: readonly string[]): void;
  /** Requires a list to have at most `max` members. */
  atMost(name: string, members: readonly string[], max: number): void;
  /** Throws `ValidationError` when anything was wrong. */
  enforce(): void;
}

export interface TextRule {
  readonly required?: boolean;
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
  /** Keeps the value itself out of the message. */
  readonly sensitive?: boolean;
}

export function createConstraints(): Constraints {
  const failures: string[] = [];
  const fail = (subject: string, constraint: string): void => {
    failures.push(`${subject} failed to satisfy constraint: Member must ${constraint}`);
  };
  return {
    text(name, value, rule): void {
      if (value === undefined) {
        if (rule.required === true) fail(`Value null at '${name}'`, "not be null");
        return;
      }
      const subject = rule.sensitive === true ? `Value at '${name}'` : `Value '${value}' at '${name}'`;
      if (rule.pattern !== undefined && !wholly(rule.pattern).test(value)) {
        fail(subject, `satisfy regular expression pattern: ${rule.pattern.source}`);
      }
      const { length } = Array.from(value);
      if (length < rule.min) fail(subject, `have length greater than or equal to ${rule.min}`);
      if (length > rule.max) fail(subject, `have length less than or equal to ${rule.max}`);
    },
    integer(name, value, { min, max }): void {
      if (value === undefined) return;
      if (value < min) fail(`Value '${value}' at '${name}'`, `have value greater than or equal to ${min}`);
      if (value > max) fail(`Value '${value}' at '${name}'`, `have value less than or equal to ${max}`);
    },
    memberOf(name, value, values): void {
      if (value === undefined) fail(`Value null at '${name}'`, "not be null");
      else if (!values.includes(value))
        fail(`Value '${value}' at '${name}'`, `satisfy enum value set: [${values.join(", ")}]`);
    },
    atMost(name, members, max): void {
      if (members.length > max)
        fail(`Value '[${members.join(", ")}]' at '${name}'`, `have length less than or equal to ${max}`);
    },
    enforce(): void {
      if (failures.length === 0) return;
      const count = failures.length === 1 ? "1 validation error" : `${failures.length} validation errors`;
      throw validationError(`${count} detected: ${failures.join("; ")}`);
    },
  };
}

export function validationError(message: string): AwsError {
  return new AwsError({ status: 400, code: "ValidationError" }, message);
}

/** The service model's patterns are unanchored, and meant for the whole value. */
function wholly(pattern: RegExp): RegExp {
  return new RegExp(`^(?:${pattern.source})$`, pattern.flags);
}
