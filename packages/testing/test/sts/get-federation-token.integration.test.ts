import {
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  type GetFederationTokenCommandInput,
} from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import type { AwsEmulator } from "../../src/index.js";
import { keysOf, startEmulator, stsClient } from "../emulator-fixture.js";
import type { Keys } from "../wire.js";

const denied = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };
const Policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

function getFederationToken(
  emulator: AwsEmulator,
  input: Partial<GetFederationTokenCommandInput> = {},
  credentials?: Keys,
) {
  const client = stsClient(emulator, credentials === undefined ? {} : { credentials });
  return client.send(new GetFederationTokenCommand({ Name: "Bob", ...input }));
}

test("gives a federated user, who is known by its name", async () => {
  const emulator = await startEmulator();
  const answer = await getFederationToken(emulator, { Policy });
  expect(answer).toMatchObject({
    FederatedUser: { Arn: "arn:aws:sts::123456789012:federated-user/Bob", FederatedUserId: "123456789012:Bob" },
    PackedPolicySize: expect.any(Number),
  });
  const client = stsClient(emulator, { credentials: keysOf(answer) });
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: "arn:aws:sts::123456789012:federated-user/Bob",
    UserId: "123456789012:Bob",
    Account: "123456789012",
  });
});

test("keeps the policies and the tags of the session, and has no packed size without any", async () => {
  const emulator = await startEmulator();
  const arn = "arn:aws:iam::123456789012:policy/ours";
  const answer = await getFederationToken(emulator, {
    Policy,
    PolicyArns: [{ arn }],
    Tags: [{ Key: "Project", Value: "Pegasus" }],
  });
  expect(emulator.session(keysOf(answer).accessKeyId)).toEqual({
    kind: "federated-user",
    principal: "arn:aws:sts::123456789012:federated-user/Bob",
    expiration: answer.Credentials?.Expiration,
    policy: Policy,
    policyArns: [arn],
    tags: { Project: "Pegasus" },
    transitiveTagKeys: [],
  });
  expect((await getFederationToken(emulator)).PackedPolicySize).toBeUndefined();
});

test("lasts twelve hours, or as asked, and an hour at most for a root user", async () => {
  const emulator = await startEmulator();
  const { credentials } = emulator.addRootUser({ accountId: "111122223333" });
  const seconds = async (input: Partial<GetFederationTokenCommandInput>, keys?: Keys) => {
    const { Credentials } = await getFederationToken(emulator, input, keys);
    return Math.ceil((Number(Credentials?.Expiration) - emulator.clock.now()) / 10_000) * 10;
  };
  expect(await seconds({})).toBe(43_200);
  expect(await seconds({ DurationSeconds: 129_600 })).toBe(129_600);
  expect(await seconds({ DurationSeconds: 129_600 }, credentials)).toBe(3600);
});

describe("refuses", () => {
  const tags = Array.from({ length: 51 }, (_, at) => ({ Key: `key${at}`, Value: "" }));
  test.each<[string, Partial<GetFederationTokenCommandInput>, string]>([
    ["a name of one character", { Name: "B" }, "Value 'B' at 'name' failed to satisfy constraint"],
    ["a name of 33 characters", { Name: "b".repeat(33) }, "have length less than or equal to 32"],
    ["a name with a space", { Name: "Bob B" }, "Member must satisfy regular expression pattern"],
    ["a duration of 899 seconds", { DurationSeconds: 899 }, "greater than or equal to 900"],
    ["a duration of 129601 seconds", { DurationSeconds: 129_601 }, "less than or equal to 129600"],
    ["a policy of 2049 characters", { Policy: "x".repeat(2049) }, "at 'policy' failed"],
    ["an empty policy", { Policy: "" }, "at 'policy' failed"],
    ["51 tags", { Tags: tags }, "at 'tags' failed"],
    ["a managed policy of another account", { PolicyArns: [{ arn: "arn:aws:iam::444455556666:policy/x" }] }, "invalid"],
  ])("%s", async (_what, input, message) => {
    await expect(getFederationToken(await startEmulator(), input)).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining(message),
    });
  });

  test("a policy that is none, and tags whose keys differ in case only", async () => {
    const emulator = await startEmulator();
    await expect(getFederationToken(emulator, { Policy: "{}" })).rejects.toMatchObject({
      name: expect.stringMatching(/^MalformedPolicyDocument/),
    });
    const Tags = ["a", "A"].map((Key) => ({ Key, Value: "" }));
    await expect(getFederationToken(emulator, { Tags })).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameterValue/),
    });
  });

  test("a user who is denied it", async () => {
    const emulator = await startEmulator();
    const { credentials } = emulator.addUser({ userName: "idle", deny: ["sts:GetFederationToken"] });
    await expect(getFederationToken(emulator, {}, credentials)).rejects.toMatchObject({
      ...denied,
      message:
        "User: arn:aws:iam::123456789012:user/idle is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::123456789012:federated-user/Bob",
    });
  });
});
