import { type Check, kindOf, memberPath } from "./check.js";
import { nearestOf } from "./nearest.js";

/** A check for every member of a type. The compiler asks for one as soon as the type has a new member. */
export type MemberChecks<T> = { readonly [Name in keyof Required<T>]: Check };

/**
 * Checks an object, its members, and that it has no others: a misspelt `requireMfa` would otherwise give a role that
 * anybody assumes without MFA.
 *
 * @param what - What the object is, with its article: `a role`.
 */
export function objectOf<T>(what: string, members: MemberChecks<T>): Check {
  const known = Object.keys(members);
  return (path, value) => {
    requireKnown(path, value, { what, known });
    for (const [name, check] of Object.entries<Check>(members)) {
      check(memberPath(path, name), Reflect.get(value, name));
    }
  };
}

/** Checks that a value is an object and has none but the known members. */
export function requireKnown(
  path: string,
  value: unknown,
  { what, known }: { readonly what: string; readonly known: readonly string[] },
): asserts value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const named = path === "" ? what : `"${path}"`;
    throw new TypeError(`${named} must be an object with ${known.join(", ")}; got ${kindOf(value)}`);
  }
  const stranger = Object.keys(value).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  const nearest = nearestOf(stranger, known);
  const hint = nearest === undefined ? `it has ${known.join(", ")}` : `did you mean "${nearest}"?`;
  throw new TypeError(`"${memberPath(path, stranger)}" is no member of ${what}; ${hint}`);
}
