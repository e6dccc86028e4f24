import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import type { AwsEmulator } from "@evercred/testing";

export type Environment = Readonly<Record<string, string>>;

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Check {
  readonly name: string;
  run(): Promise<void>;
}

/** The program; `AWS_CLI` names another one than `aws` on the PATH. */
export const cli: string = process.env["AWS_CLI"] ?? "aws";
export const roleArn = "arn:aws:iam::123456789012:role/cli";
export const guardedArn = "arn:aws:iam::123456789012:role/guarded";
export const serialNumber = "arn:aws:iam::123456789012:mfa/demo";
/** A device whose codes come from its seed; the other one's come from the emulator. */
export const authenticator = "arn:aws:iam::123456789012:mfa/authenticator";
const timeoutMs = 60_000;

/** Runs the CLI with the emulator's environment and nothing of this machine's but the PATH. */
export function aws(emulator: AwsEmulator, args: readonly string[], env: Environment = {}): Promise<Outcome> {
  const { PATH = "" } = process.env;
  const childEnv = { PATH, HOME: tmpdir(), AWS_PAGER: "", AWS_MAX_ATTEMPTS: "1", ...emulator.env, ...env };
  return new Promise((resolve, reject) => {
    // botocore 1.29 and older know no AWS_ENDPOINT_URL, so the option says it too.
    const all = [...args, "--endpoint-url", emulator.url, "--output", "json"];
    execFile(cli, all, { env: childEnv, timeout: timeoutMs }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ exitCode: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
    });
  });
}

export function fail(message: string): never {
  throw new Error(message);
}

export function succeeded(outcome: Outcome): Outcome {
  return outcome.exitCode === 0 ? outcome : fail(`exit code ${outcome.exitCode}: ${outcome.stderr.trim()}`);
}

export function refused(outcome: Outcome, wanted: RegExp): void {
  if (outcome.exitCode === 0) fail("it was not refused");
  if (!wanted.test(outcome.stderr)) fail(`refused for another reason: ${outcome.stderr.trim()}`);
}

export function equal(actual: unknown, expected: unknown): void {
  if (actual !== expected) fail(`${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

export function sessionEnv(assumed: Outcome): Record<string, string> {
  const { Credentials: keys } = JSON.parse(assumed.stdout) as { Credentials: Record<string, string> };
  return {
    AWS_ACCESS_KEY_ID: keys["AccessKeyId"] ?? "",
    AWS_SECRET_ACCESS_KEY: keys["SecretAccessKey"] ?? "",
    AWS_SESSION_TOKEN: keys["SessionToken"] ?? "",
  };
}

export function assume(emulator: AwsEmulator, ...more: readonly string[]): Promise<Outcome> {
  return aws(emulator, ["sts", "assume-role", "--role-arn", roleArn, "--role-session-name", "cli", ...more]);
}
