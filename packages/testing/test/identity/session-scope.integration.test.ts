import { GetObjectCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { AssumeRootCommand, GetFederationTokenCommand } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { keysOf, s3Client, startEmulator, stsClient } from "../emulator-fixture.js";

const PolicyArns = [{ arn: "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess" }];
const outOfScope = {
  name: "AccessDenied",
  message: expect.stringContaining("because no session policy allows the s3:ListBuckets action"),
};

describe("a federated user", () => {
  test("may do nothing without a policy", async () => {
    const emulator = await startEmulator();
    const credentials = keysOf(await stsClient(emulator).send(new GetFederationTokenCommand({ Name: "Bob" })));
    const s3 = s3Client(emulator, { credentials });
    await expect(s3.send(new ListBucketsCommand({}))).rejects.toMatchObject(outOfScope);
  });

  test("may with one do what its user may", async () => {
    const emulator = await startEmulator();
    const lists = async (deny: readonly string[]) => {
      const user = emulator.addUser({ userName: "ann", deny });
      const client = stsClient(emulator, { credentials: user.credentials });
      const credentials = keysOf(await client.send(new GetFederationTokenCommand({ Name: "Bob", PolicyArns })));
      return s3Client(emulator, { credentials }).send(new ListBucketsCommand({}));
    };
    await expect(lists([])).resolves.toBeDefined();
    await expect(lists(["s3:ListBuckets"])).rejects.toMatchObject({
      message: expect.stringContaining("with an explicit deny in an identity-based policy"),
    });
  });
});

describe("a root session", () => {
  test.each([
    ["S3UnlockBucketPolicy", true],
    ["SQSUnlockQueuePolicy", false],
  ])("for the task %s may list buckets: %s", async (task, allowed) => {
    const emulator = await startEmulator({ buckets: ["box"] });
    const TaskPolicyArn = { arn: `arn:aws:iam::aws:policy/root-task/${task}` };
    const input = { TargetPrincipal: "123456789012", TaskPolicyArn };
    const credentials = keysOf(await stsClient(emulator).send(new AssumeRootCommand(input)));
    const s3 = s3Client(emulator, { credentials });
    const listed = s3.send(new ListBucketsCommand({}));
    await (allowed ? expect(listed).resolves.toBeDefined() : expect(listed).rejects.toMatchObject(outOfScope));
    const got = s3.send(new GetObjectCommand({ Bucket: "box", Key: "x" }));
    await expect(got).rejects.toMatchObject({ name: "AccessDenied" });
  });
});
