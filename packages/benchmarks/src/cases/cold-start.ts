import { runProbe } from "../processes/run-probe.js";
import { type RemoteEmulator, startRemoteEmulator } from "../processes/start-remote-emulator.js";
import { type CaseReport, type Row, ratioRow } from "../report/row.js";
import { medianOf, ratioOf } from "../report/spread.js";

interface ColdStart {
  readonly ms: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

const PAIRS = 21;

/** The first AssumeRole of a fresh process, import included. */
export async function coldStart(): Promise<CaseReport> {
  const emulator = await startRemoteEmulator({ roles: [{ roleName: "cold" }] });
  try {
    return {
      name: "cold-start",
      title: "import and first AssumeRole in a fresh process",
      notes: [
        `${PAIRS} pairs of fresh processes, one side right after the other, the emulator in a process of its own.`,
        "CPU: user and system of the same stretch, which others on the machine disturb less. RSS: the peak of the process.",
      ],
      rows: [
        ...(await rowsFor(emulator, { signer: "env", label: "keys from the environment", atMost: 1.1 })),
        ...(await rowsFor(emulator, { signer: "keys", label: "keys given in code" })),
      ],
    };
  } finally {
    emulator.close();
  }
}

async function rowsFor(
  emulator: RemoteEmulator,
  variant: { readonly signer: string; readonly label: string; readonly atMost?: number },
): Promise<readonly Row[]> {
  const sides = { evercred: [] as ColdStart[], sdk: [] as ColdStart[] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const order = pair % 2 === 0 ? (["evercred", "sdk"] as const) : (["sdk", "evercred"] as const);
    for (const side of order) {
      const run = { args: [side, variant.signer], env: emulator.env };
      sides[side].push(await runProbe<ColdStart>("cold-start-probe", run));
    }
  }
  const row = (what: string, of: { member: keyof ColdStart; unit: string; atMost?: number }): Row => {
    const evercred = sides.evercred.map((one) => one[of.member]);
    const sdk = sides.sdk.map((one) => one[of.member]);
    return ratioRow(`${what}, ${variant.label}`, {
      ...of,
      evercred: medianOf(evercred),
      sdk: medianOf(sdk),
      ratio: ratioOf(evercred, sdk),
    });
  };
  const { atMost } = variant;
  return [
    row("import and first call", { member: "ms", unit: "ms", ...(atMost === undefined ? {} : { atMost }) }),
    row("the same in CPU time", { member: "cpuMs", unit: "ms" }),
    row("peak RSS", { member: "rssMiB", unit: "MiB" }),
  ];
}
