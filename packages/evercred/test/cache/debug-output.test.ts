import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const SCRIPT = `
  import { randomBytes } from "node:crypto";
  import { createCredentialCache } from "evercred";
  const secrets = [];
  const secret = () => {
    secrets.push(randomBytes(24).toString("base64url"));
    return secrets.at(-1);
  };
  const answers = [
    () => ({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: secret(), sessionToken: secret() }),
    () => secret(),
    () => ({ accessKeyId: "x", secretAccessKey: [secret()] }),
    () => { throw new Error("refused"); },
  ];
  const cache = createCredentialCache();
  const provider = cache.provider({ name: "child source", key: {}, load: async () => answers.shift()() });
  await provider();
  for (let call = 0; call < 3; call += 1) {
    await provider({ forceRefresh: true });
  }
  provider.invalidate();
  process.stdout.write(JSON.stringify(secrets));
`;

async function run(debug: string): Promise<{ readonly secrets: string[]; readonly lines: string[] }> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@evercred/source", "--import", "tsx", "--input-type=module", "--eval", SCRIPT],
    { cwd: import.meta.dirname, env: { ...process.env, NODE_DEBUG: debug }, timeout: 25_000 },
  );
  return {
    secrets: JSON.parse(stdout) as string[],
    lines: stderr.split("\n").filter((line) => line.includes("EVERCRED")),
  };
}

it("NODE_DEBUG=evercred prints one line a decision and no secret; without it nothing is printed", async () => {
  const [{ secrets, lines }, quiet] = await Promise.all([run("evercred"), run("")]);
  expect(secrets).toHaveLength(4);
  expect(lines.map((line) => line.replace(/^EVERCRED \d+: /, ""))).toEqual([
    "child source: awaited refresh starts",
    expect.stringContaining("child source: fresh until"),
    "child source: awaited refresh starts",
    expect.stringContaining("child source: refresh failed with ERR_CREDENTIALS_TRANSIENT"),
    "child source: awaited refresh starts",
    expect.stringContaining("child source: refresh failed with ERR_CREDENTIALS_TRANSIENT"),
    "child source: awaited refresh starts",
    expect.stringContaining("child source: refresh failed with ERR_CREDENTIALS_TRANSIENT"),
    "child source: credentials were rejected",
  ]);
  for (const secret of secrets) {
    expect(lines.join("\n")).not.toContain(secret);
  }
  expect(quiet.lines).toEqual([]);
});
