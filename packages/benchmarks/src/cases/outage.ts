import type { FaultReport } from "../probes/traffic-probe.js";
import { runProbe } from "../processes/run-probe.js";
import { type CaseReport, plainRow, type Row } from "../report/row.js";

const LATENCIES = [
  ["p50", "p50"],
  ["p99", "p99"],
  ["slowest", "max"],
] as const;

/** 100 requests a second through the refresh window while STS fails. */
export async function outage(): Promise<CaseReport> {
  const evercred = await reportsOf("evercred");
  const sdk = await reportsOf("sdk");
  const rows = evercred.flatMap((ours, index) => {
    const theirs = sdk[index];
    return theirs === undefined ? [] : rowsOf(ours, theirs);
  });
  return {
    name: "outage",
    title: "100 requests a second through the refresh window while STS fails",
    notes: [
      "3.4 s of traffic by one S3 client for each fault, which is on from before the boundary; emulator and traffic in",
      "processes of their own, one side after the other. A patched Date jumps to 0.4 s before the boundary, then real time.",
      "Beside it, in the same process and at the same moments, the control: an S3 client with static keys, 100 a second.",
      "“×” is a multiple of the control’s; “slower” counts answered requests that outlasted the control’s slowest one.",
      "Evercred with an advisory window of 12 s and a mandatory one of 0.5 s; the SDK's is fixed at 5 minutes.",
      "“waited”: credentials that were not at hand within one turn of the event loop. Unanswered requests count as failed.",
      "“must reach” of STS requests: what the backoff allows at most. Latencies: credentials and ListBuckets, answered ones.",
    ],
    rows,
  };
}

async function reportsOf(side: string): Promise<readonly FaultReport[]> {
  return (await runProbe<{ reports: readonly FaultReport[] }>("traffic-probe", { args: [side] })).reports;
}

function rowsOf(ours: FaultReport, theirs: FaultReport): readonly Row[] {
  const label = ours.fault === "none" ? "no fault" : `STS ${ours.fault}`;
  const both = (member: "failed" | "waited" | "slower" | "stsRequests" | "p50" | "p99" | "max") => ({
    evercred: ours[member],
    sdk: theirs[member],
  });
  const none = (what: string, member: "failed" | "waited"): Row => ({
    what: `${label}: ${what} of ${ours.requests} requests`,
    ...both(member),
    unit: "",
    mustReach: "0",
    reached: ours[member] === 0 && ours.requests > 0,
    counted: true,
  });
  return [
    none("failed", "failed"),
    none("waited for credentials", "waited"),
    {
      what: `${label}: STS requests`,
      ...both("stsRequests"),
      unit: "",
      mustReach: `1 to ${ours.stsAllowed}`,
      // None at all would mean that the window was never reached.
      reached: ours.stsRequests >= 1 && ours.stsRequests <= ours.stsAllowed,
      counted: true,
    },
    plainRow(`${label}: slower than the control`, { ...both("slower"), unit: "" }),
    ...LATENCIES.flatMap(([name, member]) => [
      plainRow(`${label}: ${name}`, { ...both(member), unit: "ms" }),
      plainRow(`${label}: ${name} against the control`, {
        evercred: ours[member] / ours.control[member],
        sdk: theirs[member] / theirs.control[member],
        unit: "×",
      }),
    ]),
  ];
}
