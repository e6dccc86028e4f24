import { describe, expect, test } from "vitest";
import type { EmulatorRole, EmulatorUser } from "../../src/index.js";
import { startEmulator } from "../emulator-fixture.js";
import { refusalOf } from "../refusal.js";

async function refusalOfUser(user: unknown): Promise<unknown> {
  const emulator = await startEmulator();
  return refusalOf(() => emulator.addUser(user as EmulatorUser));
}

async function refusalOfRole(role: unknown): Promise<unknown> {
  const emulator = await startEmulator();
  return refusalOf(() => emulator.addRole(role as EmulatorRole));
}

describe("a user is refused", () => {
  test.each<[unknown, string]>([
    ["ann", "a user must be an object with userName, "],
    [{}, '"userName" must be a name of IAM\'s: 1 to 64 letters, digits and characters of _+=,.@-; got undefined'],
    [{ userName: "" }, "got an empty string"],
    [{ userName: "a b" }, "got a string of 3 characters"],
    [{ userName: "a".repeat(65) }, "got"],
    [{ userName: 5 }, "got a number"],
    [{ userName: "ann", partition: "cn" }, '"partition" must be a partition of AWS'],
    [{ userName: "ann", path: "/a b/" }, '"path" must be a path of IAM\'s'],
    [{ userName: "ann", secretAccessKey: "" }, '"secretAccessKey" must be a non-empty string; got an empty string'],
    [{ userName: "ann", mfaSerialNumbers: "x" }, '"mfaSerialNumbers" must be an array of serial numbers; got a string'],
    [{ userName: "ann", mfaSerialNumbers: ["short"] }, '"mfaSerialNumbers[0]" must be the serial number or ARN'],
    [{ userName: "ann", deny: ["s3:putObject"] }, 'got "s3:putObject"; did you mean "s3:PutObject"?'],
    [{ userName: "ann", deny: ["s3:ListBucket"] }, '"deny[0]" must be one of "*", "sts:*", "sts:AssumeRole", '],
  ])("%o", async (user, message) => {
    expect(await refusalOfUser(user)).toContain(message);
  });
});

describe("a role is refused", () => {
  test.each<[unknown, string]>([
    [undefined, "a role must be an object with roleName, "],
    [{ roleName: "a/b" }, '"roleName" must be a name of IAM\'s'],
    [
      { roleName: "r", trust: null },
      '"trust" must be an object with principals, federated, audience, subject, externalId, requireMfa; got null',
    ],
    [{ roleName: "r", trust: { requireMFA: true } }, '"trust.requireMFA" is no member of a trust policy'],
    [{ roleName: "r", trust: { requireMfa: "true" } }, '"trust.requireMfa" must be true or false; got a string'],
    [{ roleName: "r", trust: { principals: "*" } }, '"trust.principals" must be an array of principals; got a string'],
    [{ roleName: "r", trust: { principals: ["demo"] } }, '"trust.principals[0]" must be an ARN of IAM or STS'],
    [{ roleName: "r", trust: { externalId: [] } }, '"trust.externalId" must be an external id, or an array'],
    [{ roleName: "r", trust: { externalId: ["fine", "x"] } }, '"trust.externalId[1]" must be an external id'],
    [{ roleName: "r", maxSessionDurationSeconds: "3600" }, "a whole number, 3600 to 43200; got a string"],
  ])("%o", async (role, message) => {
    expect(await refusalOfRole(role)).toContain(message);
  });
});

test("the value of what may be a secret is not told", async () => {
  const secret = "wJalrXUtnFEMI/K7 MDENG";
  const hidden = "got a string of 22 characters";
  expect(await refusalOfUser({ userName: "ann", accessKeyId: secret })).toMatch(hidden);
  expect(await refusalOfUser({ userName: secret })).toMatch(hidden);
  expect(await refusalOfRole({ roleName: "r", trust: { externalId: secret } })).toMatch(hidden);
  const everywhere = [
    await refusalOfUser({ userName: "ann", secretAccessKey: [secret] }),
    await refusalOfUser({ userName: "ann", accessKeyId: secret }),
    await refusalOfRole({ roleName: "r", trust: { externalId: { secret } } }),
  ];
  expect(everywhere.join()).not.toContain(secret);
});
