import type { BoundaryCounts } from "../probes/boundary-probe.js";
import { runProbe } from "../processes/run-probe.js";
import { type CaseReport, countRow } from "../report/row.js";

/** How many calls it costs when 20 clients cross the refresh boundary together. */
export async function boundary(): Promise<CaseReport> {
  const evercred = await runProbe<BoundaryCounts>("boundary-probe", { args: ["evercred"] });
  const sdk = await runProbe<BoundaryCounts>("boundary-probe", { args: ["sdk"] });
  const shared = await runProbe<BoundaryCounts>("boundary-probe", { args: ["sdk-shared"] });
  const row = (what: string, moment: keyof BoundaryCounts, theirs: BoundaryCounts) =>
    countRow(what, { evercred: evercred[moment], sdk: theirs[moment], must: 1, unit: "" });
  return {
    name: "boundary",
    title: "20 clients cross the refresh boundary: STS calls more",
    notes: [
      "Both sides live under a patched Date in processes of their own; it jumps, and the emulator's time with it.",
      "Boundary: Evercred's own refreshAt; for the SDK, whose window is fixed, 5 minutes before expiration.",
    ],
    rows: [
      row("ahead of expiration, a provider each", "ahead", sdk),
      row("ahead of expiration, the SDK's clients share one provider", "ahead", shared),
      row("after expiration, a provider each", "late", sdk),
    ],
  };
}
