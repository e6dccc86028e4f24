import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { boundary } from "./cases/boundary.js";
import { calls } from "./cases/calls.js";
import { coldStart } from "./cases/cold-start.js";
import { entries } from "./cases/entries.js";
import { failover } from "./cases/failover.js";
import { importTime } from "./cases/import.js";
import { outage } from "./cases/outage.js";
import { warm } from "./cases/warm.js";
import { printReport } from "./report/print-report.js";
import type { CaseReport } from "./report/row.js";

const CASES: Readonly<Record<string, () => Promise<CaseReport>>> = {
  calls,
  boundary,
  outage,
  failover,
  warm,
  import: importTime,
  "cold-start": coldStart,
  entries,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "string" } } });
const unknown = positionals.filter((name) => CASES[name] === undefined);
if (unknown.length > 0) {
  throw new Error(`no such case: ${unknown.join(", ")}. There are ${Object.keys(CASES).join(", ")}.`);
}
const reports: CaseReport[] = [];
for (const [name, run] of Object.entries(CASES)) {
  if (positionals.length === 0 || positionals.includes(name)) {
    const report = await run();
    printReport(report);
    reports.push(report);
  }
}
if (values.json !== undefined) {
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
  };
  await writeFile(values.json, `${JSON.stringify({ machine, cases: reports }, undefined, 2)}\n`);
}
const missed = reports.flatMap((report) => report.rows).filter((row) => row.counted && row.reached === false);
if (missed.length > 0) {
  console.error(`\nMissed: ${missed.map((row) => row.what).join("; ")}`);
  process.exitCode = 1;
}
