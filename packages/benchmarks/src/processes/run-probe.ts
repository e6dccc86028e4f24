import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a probe is run. */
export interface ProbeRun {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
}

/** Runs a file of `probes/` in a fresh process of plain Node, and answers what it told by {@link tellResult}. */
export async function runProbe<Result>(name: string, run: ProbeRun = {}): Promise<Result> {
  const { args = [], env = {}, execArgv = [] } = run;
  const file = fileURLToPath(new URL(`../probes/${name}.js`, import.meta.url));
  const child = spawn(process.execPath, [...execArgv, file, ...args], {
    // The SDK warns of this version of Node on every import.
    env: { PATH: process.env["PATH"] ?? "", NODE_NO_WARNINGS: "1", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const said = Buffer.concat(chunks).toString("utf8");
  if (code !== 0) {
    throw new Error(`the probe ${name} ${args.join(" ")} ended with ${code}: ${said}`);
  }
  return JSON.parse(said.trim().split("\n").at(-1) ?? "") as Result;
}

/** What a probe tells the process that ran it: the last line it prints. */
export function tellResult(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
