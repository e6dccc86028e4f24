/** The known name that was probably meant, or `undefined` when none is near. */
export function nearestName(option: string, known: readonly string[]): string | undefined {
  const ranked = known.map((name) => ({ name, distance: distance(option.toLowerCase(), name.toLowerCase()) }));
  const nearest = ranked.sort((one, other) => one.distance - other.distance)[0];
  return nearest !== undefined && nearest.distance <= Math.max(2, option.length / 3) ? nearest.name : undefined;
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
