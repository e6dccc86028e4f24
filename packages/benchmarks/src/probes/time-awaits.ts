/** Something that is awaited over and over. */
export type Work = () => Promise<unknown>;

/**
 * Awaits `work` some number of times, and answers nanoseconds for one. Every subject imports a copy of this module of
 * its own (by a query in the specifier), so that the call in the loop sees one function only, as a hot loop does.
 */
export async function timeAwaits(work: Work, rounds: number): Promise<number> {
  const startedAt = process.hrtime.bigint();
  for (let round = 0; round < rounds; round += 1) {
    await work();
  }
  return Number(process.hrtime.bigint() - startedAt) / rounds;
}
