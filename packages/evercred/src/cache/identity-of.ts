const IDENTITIES: unique symbol = Symbol.for("evercred.identities.v1");

interface Identities {
  readonly known: WeakMap<object, number>;
  last: number;
}

/**
 * A number that stands for an object or a function for as long as the process lives: what cannot be described is itself.
 * One count a process: two copies of the package share a cache, and must not give two functions one number.
 */
export function identityOf(value: object): number {
  const holder = globalThis as { [IDENTITIES]?: Identities };
  holder[IDENTITIES] ??= { known: new WeakMap(), last: 0 };
  const identities = holder[IDENTITIES];
  const known = identities.known.get(value);
  if (known !== undefined) {
    return known;
  }
  identities.last += 1;
  identities.known.set(value, identities.last);
  return identities.last;
}
