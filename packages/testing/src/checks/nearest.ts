/** The known name that was probably meant, or `undefined` when none is near. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const meant = name.toLowerCase();
  const ranked = known.map((candidate) => ({ candidate, distance: distance(meant, candidate.toLowerCase()) }));
  const near = ranked.filter(
    (one) => one.distance <= Math.max(2, meant.length / 3) || contains(meant, one.candidate.toLowerCase()),
  );
  return near.sort((one, other) => one.distance - other.distance)[0]?.candidate;
}

/** One of two names is a part of the other, as `name` is of `roleName`: near, however many letters are missing. */
function contains(one: string, other: string): boolean {
  return Math.min(one.length, other.length) >= 3 && (one.includes(other) || other.includes(one));
}

/** How many letters must be changed, added or left out to get from one word to the other (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
