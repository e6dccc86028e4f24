import type { CaseReport, Row } from "./row.js";

const HEADINGS = ["what", "Evercred", "SDK", "ratio (middle half)", "must reach", ""];

/** Prints one case as a table for people. */
export function printReport(report: CaseReport): void {
  const lines = [HEADINGS, ...report.rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  console.log(`\n${report.name}: ${report.title}`);
  for (const line of lines) {
    console.log(`  ${line.map((cell, column) => pad(cell, column, widths)).join("  ")}`.trimEnd());
  }
  for (const note of report.notes) {
    console.log(`  · ${note}`);
  }
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0;
  return column === 0 || column > 3 ? cell.padEnd(width) : cell.padStart(width);
}

function cellsOf(row: Row): readonly string[] {
  const { ratio } = row;
  return [
    row.what,
    quantity(row.evercred, row.unit),
    quantity(row.sdk, row.unit),
    ratio === undefined ? "" : `${short(ratio.median)} (${short(ratio.low)} to ${short(ratio.high)})`,
    row.mustReach ?? "",
    row.reached === undefined ? "" : row.reached ? "reached" : row.counted ? "MISSED" : "missed",
  ];
}

function quantity(value: number | undefined, unit: string): string {
  return value === undefined ? "" : `${short(value)} ${unit}`.trim();
}

function short(value: number): string {
  if (Number.isInteger(value)) {
    return String(value);
  }
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
