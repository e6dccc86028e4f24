/** Refuses a value that is out of bounds, with a `TypeError` that names the option by its path: `roles[0].roleName`. */
export type Check = (path: string, value: unknown) => void;

/**
 * Refuses an option.
 *
 * @param bound - What it must be, in words that follow "must be".
 * @param got - What came instead. Never a value that may be a secret.
 */
export function refuse(path: string, bound: string, got: string): never {
  throw new TypeError(`"${path}" must be ${bound}; got ${got}`);
}

/** What a value is, without the value: what was put in the place of an option may be a secret of another. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  if (value === "") return "an empty string";
  if (value instanceof Promise) return "a promise";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** The path of a member; the options themselves have the empty path. */
export function memberPath(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** Lets an option be left out. `null` is no way to leave it out: its default would hide what a test passed by mistake. */
export function optional(check: Check): Check {
  return (path, value) => {
    if (value !== undefined) check(path, value);
  };
}
