/** Where the middle half of some measurements lies. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

/** The median and the quartiles. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    samples: sorted.length,
  };
}

/** The median of what each pair, measured one right after the other, has to say. */
export function ratioOf(numerators: readonly number[], denominators: readonly number[]): Spread {
  return spreadOf(numerators.map((value, index) => value / (denominators[index] ?? Number.NaN)));
}

/** The same of their differences. */
export function differenceOf(minuends: readonly number[], subtrahends: readonly number[]): Spread {
  return spreadOf(minuends.map((value, index) => value - (subtrahends[index] ?? Number.NaN)));
}

/** The value that a share of ascending values does not exceed. */
export function quantile(ascending: readonly number[], share: number): number {
  if (ascending.length === 0) {
    return Number.NaN;
  }
  const place = (ascending.length - 1) * share;
  const below = ascending[Math.floor(place)] ?? Number.NaN;
  const above = ascending[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The median alone. */
export function medianOf(values: readonly number[]): number {
  return spreadOf(values).median;
}
