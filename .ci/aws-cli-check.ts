/**
 * Runs the real AWS CLI against the emulator: another implementation of SigV4 and of the protocols, by other people.
 *
 *     node --conditions=@evercred/source --import tsx .ci/aws-cli-check.ts
 *
 * `AWS_CLI` names the program; by default `aws` on the PATH. `AWS_CLI_PYTHON` names the Python that has Debian's `awscli`
 * package; by default `/usr/bin/python3`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAwsEmulator, startOidcIssuer } from "@evercred/testing";
import { federationChecks } from "./aws-cli/federation-checks.js";
import { refusalChecks } from "./aws-cli/refusal-checks.js";
import { roleChecks } from "./aws-cli/role-checks.js";
import { assume, authenticator, aws, type Check, cli, serialNumber, sessionEnv, succeeded } from "./aws-cli/run-cli.js";
import { s3Checks } from "./aws-cli/s3-checks.js";
import { sessionChecks } from "./aws-cli/session-checks.js";

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function runChecks(checks: readonly Check[]): Promise<{ passed: number; failed: number }> {
  const count = { passed: 0, failed: 0 };
  for (const { name, run } of checks) {
    try {
      await run();
      count.passed += 1;
      print(`ok      ${name}`);
    } catch (error) {
      count.failed += 1;
      print(`FAILED  ${name}\n        ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return count;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "evercred-aws-cli-"));
  const emulator = await startAwsEmulator({
    users: [{ userName: "demo", mfaSerialNumbers: [serialNumber, authenticator] }],
    roles: [{ roleName: "cli" }, { roleName: "guarded", trust: { externalId: "tenant-1", requireMfa: true } }],
    buckets: ["box"],
    disabledRegions: ["eu-south-1"],
  });
  const issuer = await startOidcIssuer();
  try {
    print(`against ${(await aws(emulator, ["--version"])).stdout.trim()}`);
    const env = sessionEnv(succeeded(await assume(emulator)));
    const checks = [
      ...roleChecks(emulator),
      ...sessionChecks(emulator),
      ...federationChecks(emulator, issuer),
      ...s3Checks(emulator, folder, env),
      ...refusalChecks(emulator, env),
    ];
    const { passed, failed } = await runChecks(checks);
    print(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 && passed === checks.length ? 0 : 1;
  } finally {
    await issuer.close();
    await emulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: NodeJS.ErrnoException) => {
  const missing = error.code === "ENOENT" && error.path === cli;
  print(
    missing ? `The AWS CLI is missing: there is no "${cli}". Install it, or name it in AWS_CLI.` : String(error.stack),
  );
  print("0 passed, 1 failed");
  process.exitCode = 1;
});
