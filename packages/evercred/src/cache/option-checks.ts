import type { Clock } from "../clock.js";
import { CredentialsConfigError } from "../errors.js";
import { nearestName } from "./nearest-name.js";

/** What came in place of what was expected, without its value. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) {
    return String(value);
  }
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}

/**
 * Checks a number against its bounds.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireNumber(
  option: string,
  value: unknown,
  bounds: { readonly min: number; readonly max?: number; readonly integer?: boolean },
): void {
  const { min, max = Number.MAX_SAFE_INTEGER, integer = false } = bounds;
  const fits = typeof value === "number" && value >= min && value <= max && (!integer || Number.isInteger(value));
  if (!fits) {
    const bound = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
    const kind = integer ? "a whole number" : "a finite number";
    throw new CredentialsConfigError(
      `\`${option}\` must be ${kind}, ${bound}; got ${typeof value === "number" ? value : kindOf(value)}.`,
    );
  }
}

/**
 * Checks a clock.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireClock(clock: Clock): Clock {
  if (typeof clock?.now !== "function" || typeof clock.schedule !== "function") {
    throw new CredentialsConfigError(
      `\`clock\` must have the methods now() and schedule(callback, delayMs); got ${kindOf(clock)}.`,
    );
  }
  return clock;
}

/**
 * Checks a switch.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireBoolean(option: string, value: unknown): boolean {
  if (typeof value !== "boolean") {
    throw new CredentialsConfigError(`\`${option}\` must be true or false; got ${kindOf(value)}.`);
  }
  return value;
}

/**
 * Checks that an option is a function.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireFunction(option: string, value: unknown): void {
  if (typeof value !== "function") {
    throw new CredentialsConfigError(`\`${option}\` must be a function; got ${kindOf(value)}.`);
  }
}

/**
 * Checks that options are an object.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireObject(option: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CredentialsConfigError(`\`${option}\` must be an object; got ${kindOf(value)}.`);
  }
}

/**
 * Refuses options that do not exist: a misspelt `policy` would otherwise give a session that nothing narrows.
 *
 * @throws {@link CredentialsConfigError} naming the option, and the nearest one there is.
 */
export function requireKnown(owner: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new CredentialsConfigError(`The options of ${owner} must be an object; got ${kindOf(options)}.`);
  }
  for (const option of Object.keys(options)) {
    if (!known.includes(option)) {
      const nearest = nearestName(option, known);
      const hint = nearest === undefined ? `It takes ${known.join(", ")}.` : `Did you mean \`${nearest}\`?`;
      throw new CredentialsConfigError(`${owner} has no option \`${option}\`. ${hint}`);
    }
  }
}
