import leven from "leven";

/** The known name that was probably meant, or `undefined` when none is near. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const meant = name.toLowerCase();
  const ranked = known.map((candidate) => ({ candidate, distance: leven(meant, candidate.toLowerCase()) }));
  const near = ranked.filter(
    (one) => one.distance <= Math.max(2, meant.length / 3) || contains(meant, one.candidate.toLowerCase()),
  );
  return near.sort((one, other) => one.distance - other.distance)[0]?.candidate;
}

/** One of two names is a part of the other, as `name` is of `roleName`: near, however many letters are missing. */
function contains(one: string, other: string): boolean {
  return Math.min(one.length, other.length) >= 3 && (one.includes(other) || other.includes(one));
}
