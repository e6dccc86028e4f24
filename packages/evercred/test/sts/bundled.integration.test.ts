import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";

const APP = `
import { fromAssumeRole } from "evercred";
const { accountId } = await fromAssumeRole({ roleArn: process.env.ROLE_ARN })();
console.log(accountId);
`;

it.each([true, false])("works from a bundle, with its modules in files of their own: %s", async (splitting) => {
  const outdir = await mkdtemp(join(tmpdir(), "evercred-bundle-"));
  onTestFinished(() => rm(outdir, { recursive: true }));
  await build({
    stdin: { contents: APP, resolveDir: import.meta.dirname, sourcefile: "app.js" },
    bundle: true,
    splitting,
    outdir,
    platform: "node",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    // What the SDK itself needs to work from an ES module.
    mainFields: ["module", "main"],
    conditions: ["@evercred/source", "module"],
  });
  const { emulator } = await emulatedAws({ roles: [{ roleName: "reader" }] });
  const env = { PATH: process.env["PATH"], ...emulator.env, ROLE_ARN: roleArn("reader") };
  const { stdout } = await promisify(execFile)(process.execPath, [join(outdir, "stdin.mjs")], { env });
  expect(stdout.trim()).toBe("123456789012");
});
