import type { Clock } from "../clock.js";
import { CredentialsConfigError } from "../errors.js";

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
    throw new CredentialsConfigError(`\`${option}\` must be ${kind}, ${bound}; got ${String(value)}.`);
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
      `\`clock\` must have the methods now() and schedule(callback, delayMs); got ${clock === null ? "null" : typeof clock}.`,
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
    throw new CredentialsConfigError(`\`${option}\` must be true or false; got ${String(value)}.`);
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
    throw new CredentialsConfigError(`\`${option}\` must be a function; got a value of type ${typeof value}.`);
  }
}

/**
 * Checks that options are an object.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireObject(option: string, value: unknown): void {
  if (typeof value !== "object" || value === null) {
    throw new CredentialsConfigError(`\`${option}\` must be an object; got ${value === null ? "null" : typeof value}.`);
  }
}
