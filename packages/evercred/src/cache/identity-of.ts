const identities = new WeakMap<object, number>();
let last = 0;

/** A number that stands for an object or a function for as long as the process lives: what cannot be described is itself. */
export function identityOf(value: object): number {
  const known = identities.get(value);
  if (known !== undefined) {
    return known;
  }
  last += 1;
  identities.set(value, last);
  return last;
}
