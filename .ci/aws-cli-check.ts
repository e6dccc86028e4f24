/**
 * Runs the real AWS CLI against the emulator: another implementation of SigV4 and of the protocols, by other people.
 *
 *     node --conditions=@evercred/source --import tsx .ci/aws-cli-check.ts
 *
 * `AWS_CLI` names the program; by default `aws` on the PATH.
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsEmulator, startAwsEmulator } from "@evercred/testing";

type Environment = Readonly<Record<string, string>>;

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Check {
  readonly name: string;
  run(): Promise<void>;
}

const cli = process.env["AWS_CLI"] ?? "aws";
const roleArn = "arn:aws:iam::123456789012:role/cli";
const guardedArn = "arn:aws:iam::123456789012:role/guarded";
const serialNumber = "arn:aws:iam::123456789012:mfa/demo";
const timeoutMs = 60_000;

/** Runs the CLI with the emulator's environment and nothing of this machine's but the PATH. */
function aws(emulator: AwsEmulator, args: readonly string[], env: Environment = {}): Promise<Outcome> {
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

function fail(message: string): never {
  throw new Error(message);
}

function succeeded(outcome: Outcome): Outcome {
  return outcome.exitCode === 0 ? outcome : fail(`exit code ${outcome.exitCode}: ${outcome.stderr.trim()}`);
}

function refused(outcome: Outcome, wanted: RegExp): void {
  if (outcome.exitCode === 0) fail("it was not refused");
  if (!wanted.test(outcome.stderr)) fail(`refused for another reason: ${outcome.stderr.trim()}`);
}

function equal(actual: unknown, expected: unknown): void {
  if (actual !== expected) fail(`${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`);
}

function sessionEnv(assumed: Outcome): Record<string, string> {
  const { Credentials: keys } = JSON.parse(assumed.stdout) as { Credentials: Record<string, string> };
  return {
    AWS_ACCESS_KEY_ID: keys["AccessKeyId"] ?? "",
    AWS_SECRET_ACCESS_KEY: keys["SecretAccessKey"] ?? "",
    AWS_SESSION_TOKEN: keys["SessionToken"] ?? "",
  };
}

function assume(emulator: AwsEmulator, ...more: readonly string[]): Promise<Outcome> {
  return aws(emulator, ["sts", "assume-role", "--role-arn", roleArn, "--role-session-name", "cli", ...more]);
}

function stsChecks(emulator: AwsEmulator): readonly Check[] {
  const policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
  });
  const guarded = ["sts", "assume-role", "--role-arn", guardedArn, "--role-session-name", "cli"];
  return [
    {
      name: "get-caller-identity as the user",
      async run() {
        const { stdout } = succeeded(await aws(emulator, ["sts", "get-caller-identity"]));
        equal(JSON.parse(stdout).Arn, "arn:aws:iam::123456789012:user/demo");
      },
    },
    {
      name: "assume-role with policy, tags, transitive tags, source identity and duration",
      async run() {
        const tags = ["--tags", "Key=team,Value=red team", "Key=ключ,Value=é", "--transitive-tag-keys", "team"];
        const rest = ["--policy", policy, "--source-identity", "alice", "--duration-seconds", "900"];
        const answer = JSON.parse(succeeded(await assume(emulator, ...tags, ...rest)).stdout);
        equal(answer.AssumedRoleUser.Arn, "arn:aws:sts::123456789012:assumed-role/cli/cli");
        equal(answer.SourceIdentity, "alice");
        equal(typeof answer.PackedPolicySize, "number");
      },
    },
    {
      name: "get-caller-identity as the session",
      async run() {
        const env = sessionEnv(succeeded(await assume(emulator)));
        const { stdout } = succeeded(await aws(emulator, ["sts", "get-caller-identity"], env));
        equal(JSON.parse(stdout).Arn, "arn:aws:sts::123456789012:assumed-role/cli/cli");
      },
    },
    {
      name: "assume-role with external id and MFA",
      async run() {
        const mfa = ["--serial-number", serialNumber, "--token-code", emulator.mfaCode(serialNumber)];
        succeeded(await aws(emulator, [...guarded, "--external-id", "tenant-1", ...mfa]));
      },
    },
    {
      name: "assume-role refused without its external id and MFA",
      async run() {
        refused(await aws(emulator, guarded), /\(AccessDenied\).*is not authorized to perform: sts:AssumeRole/s);
      },
    },
    {
      name: "assume-role refused for a policy that is not JSON",
      async run() {
        refused(await assume(emulator, "--policy", "not json"), /\(MalformedPolicyDocument\)/);
      },
    },
    {
      name: "assume-role refused for a duration above the role's maximum",
      async run() {
        refused(await assume(emulator, "--duration-seconds", "7200"), /\(ValidationError\).*MaxSessionDuration/s);
      },
    },
  ];
}

function s3Checks(emulator: AwsEmulator, folder: string, env: Environment): readonly Check[] {
  const key = "a folder/ключ (1)+&=.txt";
  const source = join(folder, "source.txt");
  const target = join(folder, "target.txt");
  const content = randomUUID();
  return [
    {
      name: "s3api put-object with session credentials",
      async run() {
        await writeFile(source, content);
        const args = ["s3api", "put-object", "--bucket", "box", "--key", key, "--body", source, "--metadata", "a=b"];
        succeeded(await aws(emulator, args, env));
      },
    },
    {
      name: "s3api get-object with session credentials",
      async run() {
        succeeded(await aws(emulator, ["s3api", "get-object", "--bucket", "box", "--key", key, target], env));
        equal(await readFile(target, "utf8"), content);
      },
    },
    {
      name: "s3api list-objects-v2 and list-buckets with session credentials",
      async run() {
        const objects = succeeded(
          await aws(emulator, ["s3api", "list-objects-v2", "--bucket", "box", "--prefix", "a "], env),
        );
        equal(JSON.parse(objects.stdout).Contents[0].Key, key);
        const buckets = succeeded(await aws(emulator, ["s3api", "list-buckets"], env));
        equal(JSON.parse(buckets.stdout).Buckets[0].Name, "box");
      },
    },
    {
      name: "s3 presign with session credentials, and a plain GET",
      async run() {
        // Without the region in the configuration, older versions presign with the long gone SigV2.
        const config = join(folder, "config");
        await writeFile(config, "[default]\ns3 =\n  signature_version = s3v4\n  addressing_style = path\n");
        const args = ["s3", "presign", `s3://box/${key}`, "--expires-in", "60"];
        const { stdout } = succeeded(await aws(emulator, args, { ...env, AWS_CONFIG_FILE: config }));
        const answer = await fetch(stdout.trim());
        equal(`${answer.status} ${await answer.text()}`, `200 ${content}`);
      },
    },
    {
      name: "s3api delete-object with session credentials",
      async run() {
        succeeded(await aws(emulator, ["s3api", "delete-object", "--bucket", "box", "--key", key], env));
        refused(
          await aws(emulator, ["s3api", "get-object", "--bucket", "box", "--key", key, target], env),
          /\(NoSuchKey\)/,
        );
      },
    },
  ];
}

function refusalChecks(emulator: AwsEmulator, env: Environment): readonly Check[] {
  const identity = ["sts", "get-caller-identity"];
  const list = ["s3api", "list-buckets"];
  const wrongSecret = { AWS_SECRET_ACCESS_KEY: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY" };
  const noToken = { ...env, AWS_SESSION_TOKEN: "" };
  const check = (
    name: string,
    { args, as, wanted }: { args: readonly string[]; as: Environment; wanted: RegExp },
  ): Check => ({
    name,
    run: async () => refused(await aws(emulator, args, as), wanted),
  });
  return [
    check("a wrong secret is refused by STS", { args: identity, as: wrongSecret, wanted: /\(SignatureDoesNotMatch\)/ }),
    check("a wrong secret is refused by S3", { args: list, as: wrongSecret, wanted: /\(SignatureDoesNotMatch\)/ }),
    check("a session key without its token is refused by STS", {
      args: identity,
      as: noToken,
      wanted: /\(InvalidClientTokenId\)/,
    }),
    check("a session key without its token is refused by S3", {
      args: list,
      as: noToken,
      wanted: /\(InvalidAccessKeyId\)/,
    }),
    {
      name: "an expired session is refused by STS and S3",
      async run() {
        emulator.expireSession(env["AWS_ACCESS_KEY_ID"] ?? "");
        refused(await aws(emulator, identity, env), /\(ExpiredToken\)/);
        refused(await aws(emulator, list, env), /\(ExpiredToken\)/);
      },
    },
    {
      name: "a throttled call is refused",
      async run() {
        const lift = emulator.addFault({ kind: "throttle" });
        refused(await aws(emulator, identity), /\(Throttling\).*Rate exceeded/s);
        lift();
      },
    },
  ];
}

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
    users: [{ userName: "demo", mfaSerialNumbers: [serialNumber] }],
    roles: [{ roleName: "cli" }, { roleName: "guarded", trust: { externalId: "tenant-1", requireMfa: true } }],
    buckets: ["box"],
  });
  try {
    print(`against ${(await aws(emulator, ["--version"])).stdout.trim()}`);
    const env = sessionEnv(succeeded(await assume(emulator)));
    const checks = [...stsChecks(emulator), ...s3Checks(emulator, folder, env), ...refusalChecks(emulator, env)];
    const { passed, failed } = await runChecks(checks);
    print(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 && passed === checks.length ? 0 : 1;
  } finally {
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
