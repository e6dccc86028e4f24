import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import type { EmulatorRole } from "../../src/index.js";
import { assumeRole, keysOf, startEmulator, stsClient } from "../emulator-fixture.js";

const reader: EmulatorRole = { roleName: "reader" };
const readerArn = "arn:aws:iam::123456789012:role/reader";
const denied = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };
const invalid = { name: "ValidationError", $metadata: { httpStatusCode: 400 } };
const bucketPolicy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
});

test("answers as STS does", async () => {
  const emulator = await startEmulator({ roles: [{ ...reader, path: "/apps/" }] });
  const input = {
    RoleArn: "arn:aws:iam::123456789012:role/apps/reader",
    Policy: bucketPolicy,
    SourceIdentity: "alice",
  };
  const answer = await assumeRole(emulator, input);
  expect(answer).toMatchObject({
    AssumedRoleUser: {
      Arn: "arn:aws:sts::123456789012:assumed-role/reader/session",
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{16}:session$/),
    },
    Credentials: { AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/), Expiration: expect.any(Date) },
    PackedPolicySize: expect.any(Number),
    SourceIdentity: "alice",
    $metadata: { httpStatusCode: 200, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  });
});

test("gives sessions of the duration asked, by the emulator's clock", async () => {
  const emulator = await startEmulator({ roles: [reader] });
  const answer = await assumeRole(emulator, { DurationSeconds: 900 });
  const remainingMs = Number(answer.Credentials?.Expiration) - emulator.clock.now();
  expect(remainingMs).toBeGreaterThan(890_000);
  expect(remainingMs).toBeLessThanOrEqual(900_000);
  const byDefault = await assumeRole(emulator);
  expect(Math.round((Number(byDefault.Credentials?.Expiration) - emulator.clock.now()) / 10_000)).toBe(360);
});

test("tells a session who it is", async () => {
  const emulator = await startEmulator({ roles: [reader] });
  const answer = await assumeRole(emulator);
  const identity = await stsClient(emulator, { credentials: keysOf(answer) }).send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({
    Arn: answer.AssumedRoleUser?.Arn,
    UserId: answer.AssumedRoleUser?.AssumedRoleId,
    Account: "123456789012",
  });
});

test("issues tokens of different sizes", async () => {
  const emulator = await startEmulator({ roles: [reader] });
  const sizes = new Set<number>();
  for (let count = 0; count < 12; count += 1) sizes.add(keysOf(await assumeRole(emulator)).sessionToken.length);
  expect(sizes.size).toBeGreaterThan(1);
});

describe("refuses parameters out of bounds, as STS words it:", () => {
  const tag = (count: number) => Array.from({ length: count }, (_, at) => ({ Key: `key${at}`, Value: "v" }));
  test.each([
    [
      "a short session name",
      { RoleSessionName: "a" },
      "Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    [
      "a long session name",
      { RoleSessionName: "a".repeat(65) },
      "'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64",
    ],
    [
      "a session name with a space",
      { RoleSessionName: "a b" },
      String.raw`Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`,
    ],
    [
      "a short ARN",
      { RoleArn: "arn:aws:iam::1:r/x" },
      "'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
    ],
    ["what is no ARN", { RoleArn: "a-role-that-is-no-arn" }, "a-role-that-is-no-arn is invalid"],
    [
      "a duration below 900",
      { DurationSeconds: 899 },
      "Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      "a duration above 43200",
      { DurationSeconds: 43_201 },
      "Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
    ],
    [
      "a duration above the role's maximum",
      { DurationSeconds: 3601 },
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    ],
    [
      "a short external id",
      { ExternalId: "x" },
      "Value at 'externalId' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    [
      "an external id with a space",
      { ExternalId: "x y" },
      "Value at 'externalId' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ],
    [
      "a source identity with a slash",
      { SourceIdentity: "a/b" },
      "'sourceIdentity' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ],
    [
      "a token code of letters",
      { SerialNumber: "arn:aws:iam::123456789012:mfa/demo", TokenCode: "abcdef" },
      "Value at 'tokenCode' failed to satisfy constraint",
    ],
    [
      "a token code of five digits",
      { SerialNumber: "arn:aws:iam::123456789012:mfa/demo", TokenCode: "12345" },
      "Value at 'tokenCode' failed to satisfy constraint: Member must have length greater than or equal to 6",
    ],
    [
      "a short serial number",
      { SerialNumber: "GAHT1234", TokenCode: "123456" },
      "'serialNumber' failed to satisfy constraint: Member must have length greater than or equal to 9",
    ],
    [
      "51 tags",
      { Tags: tag(51) },
      "at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    ],
    [
      "51 transitive keys",
      { Tags: tag(50), TransitiveTagKeys: Array.from({ length: 51 }, () => "key1") },
      "at 'transitiveTagKeys' failed to satisfy constraint",
    ],
    [
      "a tag key of 129 characters",
      { Tags: [{ Key: "k".repeat(129), Value: "" }] },
      "at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128",
    ],
    [
      "a tag value of 257 characters",
      { Tags: [{ Key: "k", Value: "v".repeat(257) }] },
      "at 'tags.1.member.value' failed to satisfy constraint: Member must have length less than or equal to 256",
    ],
    [
      "a tag key with an asterisk",
      { Tags: [{ Key: "a*", Value: "" }] },
      "Value 'a*' at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern",
    ],
    [
      "11 managed policies",
      { PolicyArns: Array.from({ length: 11 }, () => ({ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" })) },
      "at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10",
    ],
    [
      "a managed policy of another account",
      { PolicyArns: [{ arn: "arn:aws:iam::444455556666:policy/theirs" }] },
      "arn:aws:iam::444455556666:policy/theirs is invalid",
    ],
    [
      "a policy of 2049 characters",
      { Policy: `"${"x".repeat(2047)}"` },
      "'policy' failed to satisfy constraint: Member must have length less than or equal to 2048",
    ],
  ])("%s", async (_what, input, message) => {
    const emulator = await startEmulator({ roles: [reader] });
    const refused = await assumeRole(emulator, input).catch((error: Error) => error);
    expect(refused).toMatchObject({ ...invalid, message: expect.stringContaining(message) });
  });

  test("all of them at once", async () => {
    const emulator = await startEmulator({ roles: [reader] });
    await expect(assumeRole(emulator, { RoleSessionName: "a", DurationSeconds: 1 })).rejects.toMatchObject({
      message: expect.stringMatching(/^2 validation errors detected: .*roleSessionName.*; .*durationSeconds/),
    });
  });
});

test("takes what is just within bounds", async () => {
  const emulator = await startEmulator({ roles: [{ ...reader, maxSessionDurationSeconds: 43_200 }] });
  const answer = await assumeRole(emulator, {
    RoleSessionName: "a_+=,.@-",
    DurationSeconds: 43_200,
    ExternalId: "e:/=,.@-+".repeat(136),
    SourceIdentity: "s".repeat(64),
    Tags: [{ Key: "ключ é_.:/=+-@", Value: "" }],
    PolicyArns: [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }, { arn: "arn:aws:iam::123456789012:policy/ours" }],
  });
  expect(answer.AssumedRoleUser?.Arn).toContain("a_+=,.@-");
});

describe("session policies", () => {
  test.each(["not json", '"text"', "{}"])("refuses the policy %s", async (Policy) => {
    const emulator = await startEmulator({ roles: [reader] });
    await expect(assumeRole(emulator, { Policy })).rejects.toMatchObject({
      name: expect.stringMatching(/^MalformedPolicyDocument/),
      $metadata: { httpStatusCode: 400 },
    });
  });

  test("answers how much of the packed limit is used, and refuses more than all of it", async () => {
    const emulator = await startEmulator({ roles: [reader] });
    expect((await assumeRole(emulator)).PackedPolicySize).toBeUndefined();
    expect((await assumeRole(emulator, { Policy: bucketPolicy })).PackedPolicySize).toBeLessThan(20);
    const Tags = Array.from({ length: 50 }, (_, at) => ({ Key: `key${at}`, Value: randomText(200) }));
    await expect(assumeRole(emulator, { Tags })).rejects.toMatchObject({
      name: expect.stringMatching(/^PackedPolicyTooLarge/),
      message: expect.stringMatching(/^Packed size of session tags consumes \d{3,}% of allotted space\.$/),
    });
  });
});

describe("trust", () => {
  test("says the same of a role that does not exist and of one that does not trust the caller", async () => {
    const emulator = await startEmulator({
      roles: [{ ...reader, trust: { principals: ["arn:aws:iam::123456789012:user/other"] } }],
    });
    for (const RoleArn of [readerArn, "arn:aws:iam::123456789012:role/none"]) {
      await expect(assumeRole(emulator, { RoleArn })).rejects.toMatchObject({
        ...denied,
        message: `User: arn:aws:iam::123456789012:user/demo is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      });
    }
  });

  test.each([
    ["everybody", ["*"], true],
    ["the user", ["arn:aws:iam::123456789012:user/demo"], true],
    ["the user's account", ["arn:aws:iam::123456789012:root"], true],
    ["the user's account by its number", ["123456789012"], true],
    ["another account", ["arn:aws:iam::111122223333:root"], false],
    ["the account in another partition", ["arn:aws-cn:iam::123456789012:root"], false],
    ["another user or the user", ["arn:aws:iam::123456789012:user/x", "arn:aws:iam::123456789012:user/demo"], true],
    ["nobody", [], false],
  ])("of %s", async (_whom, principals, allowed) => {
    const emulator = await startEmulator({ roles: [{ ...reader, accountId: "444455556666", trust: { principals } }] });
    const assumed = assumeRole(emulator, { RoleArn: "arn:aws:iam::444455556666:role/reader" });
    await (allowed ? expect(assumed).resolves.toBeDefined() : expect(assumed).rejects.toMatchObject(denied));
  });

  test("of the role's own account is the default", async () => {
    const emulator = await startEmulator({ roles: [reader, { ...reader, accountId: "444455556666" }] });
    await expect(assumeRole(emulator)).resolves.toBeDefined();
    const theirs = assumeRole(emulator, { RoleArn: "arn:aws:iam::444455556666:role/reader" });
    await expect(theirs).rejects.toMatchObject(denied);
  });

  test("of a role or of one of its sessions holds for its sessions", async () => {
    const trusting = (roleName: string, principal: string) => ({ roleName, trust: { principals: [principal] } });
    const emulator = await startEmulator({
      roles: [
        reader,
        trusting("by-role", readerArn),
        trusting("by-session", "arn:aws:sts::123456789012:assumed-role/reader/session"),
        trusting("by-other-session", "arn:aws:sts::123456789012:assumed-role/reader/other"),
      ],
    });
    const keys = keysOf(await assumeRole(emulator));
    const next = (name: string) => assumeRole(emulator, { RoleArn: `arn:aws:iam::123456789012:role/${name}` }, keys);
    await expect(next("by-role")).resolves.toBeDefined();
    await expect(next("by-session")).resolves.toBeDefined();
    await expect(next("by-other-session")).rejects.toMatchObject({
      message: expect.stringContaining("User: arn:aws:sts::123456789012:assumed-role/reader/session is not authorized"),
    });
  });

  test("asks for the external id", async () => {
    const emulator = await startEmulator({ roles: [{ ...reader, trust: { externalId: ["tenant-1", "tenant-2"] } }] });
    await expect(assumeRole(emulator)).rejects.toMatchObject(denied);
    await expect(assumeRole(emulator, { ExternalId: "tenant-3" })).rejects.toMatchObject(denied);
    await expect(assumeRole(emulator, { ExternalId: "tenant-2" })).resolves.toBeDefined();
  });

  test("does not help a caller who is denied the action", async () => {
    const emulator = await startEmulator({ roles: [reader] });
    const { credentials } = emulator.addUser({ userName: "idle", deny: ["sts:AssumeRole"] });
    await expect(assumeRole(emulator, {}, credentials)).rejects.toMatchObject(denied);
    await expect(stsClient(emulator, { credentials }).send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
  });
});

describe("MFA", () => {
  const SerialNumber = "arn:aws:iam::123456789012:mfa/ann";
  const guarded = { ...reader, trust: { requireMfa: true } };
  const setUp = async () => {
    const emulator = await startEmulator({ roles: [guarded] });
    const { credentials } = emulator.addUser({ userName: "ann", mfaSerialNumbers: [SerialNumber] });
    return { emulator, credentials };
  };

  test("takes a code once", async () => {
    const { emulator, credentials } = await setUp();
    const TokenCode = emulator.mfaCode(SerialNumber);
    await expect(assumeRole(emulator, { SerialNumber, TokenCode }, credentials)).resolves.toBeDefined();
    await expect(assumeRole(emulator, { SerialNumber, TokenCode }, credentials)).rejects.toMatchObject({
      ...denied,
      message: "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    });
  });

  test("is required where the role asks for it", async () => {
    const { emulator, credentials } = await setUp();
    await expect(assumeRole(emulator, {}, credentials)).rejects.toMatchObject({
      message: expect.stringContaining("is not authorized to perform: sts:AssumeRole"),
    });
  });

  test("refuses a code alone, a device alone, and a device of somebody else", async () => {
    const { emulator, credentials } = await setUp();
    const TokenCode = emulator.mfaCode(SerialNumber);
    const both = {
      ...denied,
      message: expect.stringContaining("must provide both MFA serial number and one time pass code"),
    };
    await expect(assumeRole(emulator, { TokenCode }, credentials)).rejects.toMatchObject(both);
    await expect(assumeRole(emulator, { SerialNumber }, credentials)).rejects.toMatchObject(both);
    await expect(assumeRole(emulator, { SerialNumber, TokenCode })).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining("unable to validate MFA code"),
    });
  });
});

describe("a chain of roles", () => {
  const first = { ...reader, maxSessionDurationSeconds: 43_200 };
  const second = { roleName: "second", maxSessionDurationSeconds: 43_200 };
  const RoleArn = "arn:aws:iam::123456789012:role/second";

  test("is limited to an hour a hop", async () => {
    const emulator = await startEmulator({ roles: [first, second] });
    const keys = keysOf(await assumeRole(emulator, { DurationSeconds: 43_200 }));
    await expect(assumeRole(emulator, { RoleArn, DurationSeconds: 3600 }, keys)).resolves.toBeDefined();
    await expect(assumeRole(emulator, { RoleArn, DurationSeconds: 3601 }, keys)).rejects.toMatchObject({
      ...invalid,
      message: "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    });
  });

  test("keeps its source identity, which cannot be changed", async () => {
    const emulator = await startEmulator({ roles: [first, second] });
    const keys = keysOf(await assumeRole(emulator, { SourceIdentity: "alice" }));
    expect((await assumeRole(emulator, { RoleArn }, keys)).SourceIdentity).toBe("alice");
    expect((await assumeRole(emulator, { RoleArn, SourceIdentity: "alice" }, keys)).SourceIdentity).toBe("alice");
    await expect(assumeRole(emulator, { RoleArn, SourceIdentity: "bob" }, keys)).rejects.toMatchObject(denied);
  });

  test("hands transitive tags on, and refuses to set one again", async () => {
    const emulator = await startEmulator({ roles: [first, second, { roleName: "third" }] });
    const Tags = [
      { Key: "Team", Value: "red" },
      { Key: "Task", Value: "one" },
    ];
    const one = keysOf(await assumeRole(emulator, { Tags, TransitiveTagKeys: ["team"] }));
    const two = keysOf(await assumeRole(emulator, { RoleArn, Tags: [{ Key: "Task", Value: "two" }] }, one));
    for (const keys of [one, two]) {
      const again = assumeRole(emulator, { RoleArn, Tags: [{ Key: "TEAM", Value: "blue" }] }, keys);
      await expect(again).rejects.toMatchObject({ name: expect.stringMatching(/^InvalidParameterValue/) });
    }
  });

  test.each([
    [
      "tag keys that differ in case only",
      {
        Tags: [
          { Key: "a", Value: "" },
          { Key: "A", Value: "" },
        ],
      },
    ],
    ["a transitive key that is no tag", { TransitiveTagKeys: ["team"] }],
  ])("refuses %s", async (_what, input) => {
    const emulator = await startEmulator({ roles: [reader] });
    await expect(assumeRole(emulator, input)).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidParameterValue/),
      $metadata: { httpStatusCode: 400 },
    });
  });
});

test("refuses a source identity that begins with aws:", async () => {
  const emulator = await startEmulator({ roles: [reader] });
  // The colon is outside of the pattern already; the service says so first.
  await expect(assumeRole(emulator, { SourceIdentity: "aws:me" })).rejects.toMatchObject(invalid);
});

test("serves roles of other partitions under their own ARNs", async () => {
  const emulator = await startEmulator({
    roles: [{ ...reader, partition: "aws-cn", trust: { principals: ["*"] } }],
  });
  const answer = await assumeRole(emulator, { RoleArn: "arn:aws-cn:iam::123456789012:role/reader" });
  expect(answer.AssumedRoleUser?.Arn).toBe("arn:aws-cn:sts::123456789012:assumed-role/reader/session");
});

function randomText(length: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) =>
    String.fromCharCode(97 + (byte % 26)),
  ).join("");
}
