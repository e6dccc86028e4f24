import type { AwsEmulator } from "@evercred/testing";
import { assume, aws, type Check, equal, guardedArn, refused, serialNumber, sessionEnv, succeeded } from "./run-cli.js";

export function roleChecks(emulator: AwsEmulator): readonly Check[] {
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
