import { GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { expect, test } from "vitest";
import { assumeRole, keysOf, startEmulator, stsClient } from "../emulator-fixture.js";

const roles = [{ roleName: "reader" }, { roleName: "second" }];
const RoleArn = "arn:aws:iam::123456789012:role/second";

test("a session shows what it was given with, and no secret", async () => {
  const emulator = await startEmulator({ roles });
  const Policy = '{"Version":"2012-10-17","Statement":[]}';
  const answer = await assumeRole(emulator, {
    Policy,
    PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
    Tags: [
      { Key: "Project", Value: "Pegasus" },
      { Key: "Cost-Center", Value: "12345" },
    ],
    TransitiveTagKeys: ["project"],
    SourceIdentity: "DevUser123",
  });
  const keys = keysOf(answer);
  const session = emulator.session(keys.accessKeyId);
  expect(session).toEqual({
    kind: "role-session",
    principal: "arn:aws:sts::123456789012:assumed-role/reader/session",
    expiration: answer.Credentials?.Expiration,
    policy: Policy,
    policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    tags: { Project: "Pegasus", "Cost-Center": "12345" },
    transitiveTagKeys: ["Project"],
    sourceIdentity: "DevUser123",
  });
  expect(JSON.stringify(session)).not.toContain(keys.secretAccessKey);
  expect(JSON.stringify(session)).not.toContain(keys.sessionToken);
});

test("a chain shows the tags that were passed on beside its own", async () => {
  const emulator = await startEmulator({ roles });
  const Tags = ["Project", "Stage"].map((Key) => ({ Key, Value: "one" }));
  const first = keysOf(await assumeRole(emulator, { Tags, TransitiveTagKeys: ["Project"] }));
  const own = [{ Key: "Stage", Value: "two" }];
  const second = keysOf(await assumeRole(emulator, { RoleArn, Tags: own }, first));
  expect(emulator.session(second.accessKeyId)).toMatchObject({
    tags: { Project: "one", Stage: "two" },
    transitiveTagKeys: ["Project"],
  });
});

test("a session that a test ended still says when it would have ended", async () => {
  const emulator = await startEmulator({ roles });
  const answer = await stsClient(emulator).send(new GetSessionTokenCommand({}));
  const { accessKeyId } = keysOf(answer);
  emulator.expireSession(accessKeyId);
  expect(emulator.session(accessKeyId).expiration).toEqual(answer.Credentials?.Expiration);
});

test("long-term keys are no session", async () => {
  const emulator = await startEmulator();
  expect(() => emulator.session("AKIAIOSFODNN7EXAMPLE")).toThrow("AKIAIOSFODNN7EXAMPLE is no session");
  expect(() => emulator.session("wJalrXUtnFEMI/K7MDENG")).toThrow('"accessKeyId" [malformed] is no session');
});
