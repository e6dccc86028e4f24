import { runProbe } from "../processes/run-probe.js";
import { type CaseReport, type Row, ratioRow } from "../report/row.js";
import { medianOf, ratioOf } from "../report/spread.js";

/** What a read costs while credentials are at hand. */
export async function warm(): Promise<CaseReport> {
  const { found } = await runProbe<{ found: Readonly<Record<string, readonly number[]>> }>("warm-probe");
  const row = (what: string, of: { ours: string; other: string; atMost?: number }): Row => {
    const ours = found[of.ours] ?? [];
    const other = found[of.other] ?? [];
    const { atMost } = of;
    return ratioRow(what, {
      evercred: medianOf(ours),
      sdk: medianOf(other),
      unit: "ns",
      ratio: ratioOf(ours, other),
      ...(atMost === undefined ? {} : { atMost }),
    });
  };
  return {
    name: "warm",
    title: "one read while credentials are at hand",
    notes: [
      "One process, batches of 20 000 awaits, the subjects taking turns; medians over 120 batches of each.",
      "Where a row says so, the column “SDK” is an empty async function. Every subject has a loop of its own.",
      "A clock that stands still, and Date.now() alone, tell what of a read is the clock: no read can be quicker than it.",
    ],
    rows: [
      row("await provider(), against an empty async function", {
        ours: "evercredProvider",
        other: "empty",
        atMost: 1.2,
      }),
      row("the same with a clock that stands still, against an empty async function", {
        ours: "evercredStill",
        other: "empty",
      }),
      row("an arrow function that reads Date.now(), against an empty async function", {
        ours: "dateNow",
        other: "empty",
      }),
      row("await provider(), against the SDK's memoizer", { ours: "evercredProvider", other: "sdkMemoizer" }),
      row("await client.config.credentials(), against fromTemporaryCredentials", {
        ours: "evercredClient",
        other: "sdkClient",
        atMost: 1,
      }),
    ],
  };
}
