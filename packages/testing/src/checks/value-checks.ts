import { type Check, kindOf, refuse } from "./check.js";
import { nearestOf } from "./nearest.js";

export interface NumberBounds {
  readonly min?: number;
  readonly max?: number;
  readonly whole?: boolean;
  /** Takes `Infinity` as well, where it means "without end". */
  readonly endless?: boolean;
  /** What it counts: `of milliseconds`. */
  readonly unit?: string;
}

/** Checks a number against its bounds. */
export function numberOf(bounds: NumberBounds): Check {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, whole = false, endless = false } = bounds;
  const fits = (value: unknown): boolean =>
    typeof value === "number" &&
    value >= min &&
    value <= max &&
    (whole ? Number.isInteger(value) : Number.isFinite(value) || endless);
  return (path, value) => {
    if (!fits(value)) refuse(path, describe(bounds), typeof value === "number" ? String(value) : kindOf(value));
  };
}

function describe({ min, max, whole = false, endless = false, unit }: NumberBounds): string {
  const kind = whole ? "a whole number" : endless ? "a number" : "a finite number";
  const upTo = max === undefined ? " or more" : ` to ${max}`;
  return `${kind}${unit === undefined ? "" : ` ${unit}`}${min === undefined ? "" : `, ${min}${upTo}`}`;
}

/**
 * Checks a text against a pattern. Its message tells the length alone: a secret key may have been put where a name belongs.
 */
export function textOf(bound: string, pattern: RegExp): Check {
  return (path, value) => {
    if (typeof value === "string" && pattern.test(value)) return;
    refuse(path, bound, hiddenText(value));
  };
}

/** Checks that a value is one of some names. */
export function oneOf(names: readonly string[]): Check {
  return (path, value) => {
    if (typeof value === "string" && names.includes(value)) return;
    const nearest = typeof value === "string" ? nearestOf(value, names) : undefined;
    const bound = `one of ${names.map((name) => `"${name}"`).join(", ")}`;
    refuse(path, bound, shownText(value) + (nearest === undefined ? "" : `; did you mean "${nearest}"?`));
  };
}

/** Checks a list and each of its members. */
export function listOf(what: string, member: Check, { min = 0 }: { readonly min?: number } = {}): Check {
  return (path, value) => {
    if (!Array.isArray(value) || value.length < min) {
      refuse(path, `an array of ${what}${min === 0 ? "" : `, ${min} or more`}`, kindOf(value));
    }
    for (const [at, one] of value.entries()) member(`${path}[${at}]`, one);
  };
}

/** Checks one value, or a list of them, one at least. */
export function oneOrMore(what: string, check: Check): Check {
  return (path, value) => {
    if (!Array.isArray(value)) return check(path, value);
    if (value.length === 0) refuse(path, `${what}, or an array of one or more`, "an empty array");
    for (const [at, one] of value.entries()) check(`${path}[${at}]`, one);
  };
}

export const bool: Check = (path, value) => {
  if (typeof value !== "boolean") refuse(path, "true or false", kindOf(value));
};

export const callable: Check = (path, value) => {
  if (typeof value !== "function") refuse(path, "a function", kindOf(value));
};

export const anyText: Check = textOf("a non-empty string", /./s);

function shownText(value: unknown): string {
  if (typeof value !== "string" || value === "") return kindOf(value);
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

function hiddenText(value: unknown): string {
  return typeof value === "string" && value !== "" ? `a string of ${value.length} characters` : kindOf(value);
}
