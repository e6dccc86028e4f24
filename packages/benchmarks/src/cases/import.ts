import { runProbe } from "../processes/run-probe.js";
import { type CaseReport, type Row, ratioRow } from "../report/row.js";
import { medianOf, ratioOf } from "../report/spread.js";

interface ImportTime {
  readonly ms: number;
  readonly cpuMs: number;
}

const PAIRS = 25;
const OURS = "evercred";
const THEIRS = "@aws-sdk/credential-providers";

/** What `import "evercred"` loads, and how long it takes. */
export async function importTime(): Promise<CaseReport> {
  const ours = await filesOf(OURS);
  const theirs = await filesOf(THEIRS);
  const times = { ours: [] as ImportTime[], theirs: [] as ImportTime[] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    times.ours.push(await timeOf(OURS));
    times.theirs.push(await timeOf(THEIRS));
  }
  const row = (what: string, member: keyof ImportTime, atMost?: number): Row => {
    const evercred = times.ours.map((one) => one[member]);
    const sdk = times.theirs.map((one) => one[member]);
    const found = { evercred: medianOf(evercred), sdk: medianOf(sdk), unit: "ms", ratio: ratioOf(evercred, sdk) };
    return ratioRow(what, atMost === undefined ? found : { ...found, atMost });
  };
  const sdkFiles = ours.filter(isSdkFile);
  return {
    name: "import",
    title: `import "${OURS}" against import "${THEIRS}"`,
    notes: [
      `Files: every script V8 compiled during the import. Time: inside the process, ${PAIRS} interleaved pairs.`,
      ...(sdkFiles.length === 0 ? [] : [`SDK files loaded: ${sdkFiles.map(shortName).join(", ")}`]),
    ],
    rows: [
      {
        what: "files of the AWS SDK loaded",
        evercred: sdkFiles.length,
        sdk: theirs.filter(isSdkFile).length,
        unit: "",
        mustReach: "0",
        // A probe that saw nothing at all would be no proof.
        reached: sdkFiles.length === 0 && ours.length > 0 && theirs.length > 0,
        counted: true,
      },
      { what: "files loaded in all", evercred: ours.length, sdk: theirs.length, unit: "", counted: false },
      row("import", "ms", 0.25),
      row("the same in CPU time", "cpuMs"),
    ],
  };
}

async function filesOf(specifier: string): Promise<readonly string[]> {
  const { files } = await runProbe<{ files: readonly string[] }>("loaded-files-probe", { args: [specifier] });
  return files;
}

function timeOf(specifier: string): Promise<ImportTime> {
  return runProbe<ImportTime>("import-probe", { args: [specifier] });
}

/** `@aws-sdk`, `@smithy` and their own helpers (`@aws-crypto`, `@aws`). */
function isSdkFile(file: string): boolean {
  return /node_modules\/@(aws-sdk|smithy|aws-crypto|aws)\//.test(file);
}

function shortName(file: string): string {
  return file.replace(/^.*node_modules\//, "");
}
