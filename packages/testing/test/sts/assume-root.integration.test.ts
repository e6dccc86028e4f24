import { AssumeRootCommand, type AssumeRootCommandInput, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import type { AwsEmulator } from "../../src/index.js";
import { assumeRole, type ClientOptions, keysOf, startEmulator, stsClient } from "../emulator-fixture.js";

const arn = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
const rootArn = "arn:aws:iam::111122223333:root";

function assumeRoot(emulator: AwsEmulator, input: Partial<AssumeRootCommandInput> = {}, options: ClientOptions = {}) {
  const full = { TargetPrincipal: "111122223333", TaskPolicyArn: { arn }, ...input };
  return stsClient(emulator, options).send(new AssumeRootCommand(full));
}

test.each(["111122223333", rootArn])("gives a session of the root user of %s", async (TargetPrincipal) => {
  const emulator = await startEmulator();
  const answer = await assumeRoot(emulator, { TargetPrincipal });
  const remainingMs = Number(answer.Credentials?.Expiration) - emulator.clock.now();
  expect(remainingMs).toBeGreaterThan(890_000);
  expect(remainingMs).toBeLessThanOrEqual(900_000);
  expect(answer.SourceIdentity).toBeUndefined();
  const client = stsClient(emulator, { credentials: keysOf(answer) });
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: rootArn,
    UserId: "111122223333",
    Account: "111122223333",
  });
  expect(emulator.session(keysOf(answer).accessKeyId)).toMatchObject({ kind: "root-session", policyArns: [arn] });
});

test.each([
  "IAMAuditRootUserCredentials",
  "IAMCreateRootUserPassword",
  "IAMDeleteRootUserCredentials",
  "S3UnlockBucketPolicy",
  "SQSUnlockQueuePolicy",
])("takes the task policy %s", async (name) => {
  const TaskPolicyArn = { arn: `arn:aws:iam::aws:policy/root-task/${name}` };
  await expect(assumeRoot(await startEmulator(), { TaskPolicyArn })).resolves.toBeDefined();
});

test("passes on the source identity of the session that asks", async () => {
  const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
  const credentials = keysOf(await assumeRole(emulator, { SourceIdentity: "DevUser123" }));
  const answer = await assumeRoot(emulator, {}, { credentials });
  expect(answer.SourceIdentity).toBe("DevUser123");
  expect(emulator.session(keysOf(answer).accessKeyId).sourceIdentity).toBe("DevUser123");
});

describe("refuses", () => {
  test.each<[string, Partial<AssumeRootCommandInput>, string]>([
    ["a target of 11 characters", { TargetPrincipal: "11112222333" }, "at 'targetPrincipal' failed"],
    ["a target of 2049 characters", { TargetPrincipal: "1".repeat(2049) }, "at 'targetPrincipal' failed"],
    ["a user as the target", { TargetPrincipal: "arn:aws:iam::111122223333:user/x" }, "user/x is invalid"],
    ["a root user of another partition", { TargetPrincipal: "arn:aws-cn:iam::111122223333:root" }, "is invalid"],
    ["a duration of 901 seconds", { DurationSeconds: 901 }, "less than or equal to 900"],
    ["a negative duration", { DurationSeconds: -1 }, "greater than or equal to 0"],
    ["another policy", { TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" } }, "is invalid"],
    [
      "another task",
      { TaskPolicyArn: { arn: "arn:aws:iam::aws:policy/root-task/Other" } },
      "root-task/Other is invalid",
    ],
    ["no task", { TaskPolicyArn: {} }, "Value null at 'taskPolicyArn'"],
  ])("%s", async (_what, input, message) => {
    await expect(assumeRoot(await startEmulator(), input)).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining(message),
    });
  });

  test("the global endpoint, as AWS does", async () => {
    const emulator = await startEmulator();
    const endpoint = await emulator.regionUrl("aws-global");
    await expect(assumeRoot(emulator, {}, { endpoint })).rejects.toMatchObject({
      name: "InvalidAction",
      message: "Unknown Operation",
      $metadata: { httpStatusCode: 400 },
    });
    const regional = await emulator.regionUrl("us-east-1");
    await expect(assumeRoot(emulator, {}, { endpoint: regional })).resolves.toBeDefined();
  });

  test("a user who is denied it", async () => {
    const emulator = await startEmulator();
    const { credentials } = emulator.addUser({ userName: "idle", deny: ["sts:AssumeRoot"] });
    await expect(assumeRoot(emulator, {}, { credentials })).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: arn:aws:iam::123456789012:user/idle is not authorized to perform: sts:AssumeRoot on resource: ${rootArn}`,
    });
  });
});

test("gives a session of no seconds, which has ended", async () => {
  const emulator = await startEmulator();
  const credentials = keysOf(await assumeRoot(emulator, { DurationSeconds: 0 }));
  const client = stsClient(emulator, { credentials });
  await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: "ExpiredToken" });
});
