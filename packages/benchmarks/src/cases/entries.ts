import type { EntriesReport } from "../probes/entries-probe.js";
import { runProbe } from "../processes/run-probe.js";
import { type CaseReport, plainRow, ratioRow } from "../report/row.js";
import { medianOf, ratioOf } from "../report/spread.js";

const KIB = 1_024;

/** What 100,000 entries cost in memory and in time. */
export async function entries(): Promise<CaseReport> {
  const report = await runProbe<EntriesReport>("entries-probe", { execArgv: ["--expose-gc"] });
  const { bareBytes, entryBytes, entryAndProviderBytes, readOne, readOneOfMany, readEach, readBareEach } = report;
  return {
    name: "entries",
    title: "a cache with 100,000 entries",
    notes: [
      "Heap after forced collections. “Beyond the credentials”: less what the same sets weigh bare in an array.",
      "Reads: the column “SDK” is what the row names beside it. The SDK has no shared cache to compare.",
    ],
    rows: [
      plainRow("credentials held bare in an array", { evercred: bareBytes, unit: "B" }),
      {
        what: "heap an entry, beyond the credentials",
        evercred: entryBytes,
        sdk: undefined,
        unit: "B",
        mustReach: `≤ ${KIB}`,
        reached: entryBytes <= KIB,
        counted: false,
      },
      plainRow("the same with its provider still held", { evercred: entryAndProviderBytes, unit: "B" }),
      ratioRow("read one of 100,000 entries, against the only one", {
        evercred: medianOf(readOneOfMany),
        sdk: medianOf(readOne),
        unit: "ns",
        ratio: ratioOf(readOneOfMany, readOne),
        atMost: 1.1,
      }),
      ratioRow("read 100,000 entries in turn, against an array of as many promises", {
        evercred: medianOf(readEach),
        sdk: medianOf(readBareEach),
        unit: "ns",
        ratio: ratioOf(readEach, readBareEach),
      }),
    ],
  };
}
