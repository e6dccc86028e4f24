import {
  AssumeRootCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  GetWebIdentityTokenCommand,
  type STSClient,
} from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import type { AwsEmulator } from "../../src/index.js";
import { assumeRole, keysOf, startEmulator, stsClient } from "../emulator-fixture.js";
import type { Keys } from "../wire.js";

const accessKeyId = "AKIAIOSFODNN7EXAMPLE";
const TaskPolicyArn = { arn: "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy" };

const calls = {
  AssumeRole: (emulator: AwsEmulator, keys: Keys) => assumeRole(emulator, {}, keys),
  AssumeRoot: by((client) => client.send(new AssumeRootCommand({ TargetPrincipal: "111122223333", TaskPolicyArn }))),
  GetAccessKeyInfo: by((client) => client.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKeyId }))),
  GetCallerIdentity: by((client) => client.send(new GetCallerIdentityCommand({}))),
  GetFederationToken: by((client) => client.send(new GetFederationTokenCommand({ Name: "Bob" }))),
  GetSessionToken: by((client) => client.send(new GetSessionTokenCommand({}))),
  GetWebIdentityToken: by((client) =>
    client.send(new GetWebIdentityTokenCommand({ Audience: ["a"], SigningAlgorithm: "ES384" })),
  ),
} as const;

type Operation = keyof typeof calls;

function by(send: (client: STSClient) => Promise<object>) {
  return (emulator: AwsEmulator, credentials: Keys): Promise<object> => send(stsClient(emulator, { credentials }));
}

/** What each kind of credentials is made with. */
const kinds = {
  "a user": async (emulator: AwsEmulator) => emulator.addUser({ userName: "ann" }).credentials,
  "a root user": async (emulator: AwsEmulator) => emulator.addRootUser().credentials,
  "a role session": async (emulator: AwsEmulator) => keysOf(await assumeRole(emulator)),
  "a session of GetSessionToken": async (emulator: AwsEmulator) =>
    keysOf(await stsClient(emulator).send(new GetSessionTokenCommand({}))),
  "a root user's session of GetSessionToken": async (emulator: AwsEmulator) => {
    const { credentials } = emulator.addRootUser();
    return keysOf(await stsClient(emulator, { credentials }).send(new GetSessionTokenCommand({})));
  },
  "a federated user": async (emulator: AwsEmulator) =>
    keysOf(await stsClient(emulator).send(new GetFederationTokenCommand({ Name: "Bob" }))),
  "a root session": async (emulator: AwsEmulator) =>
    keysOf(await stsClient(emulator).send(new AssumeRootCommand({ TargetPrincipal: "123456789012", TaskPolicyArn }))),
} as const;

const everything = Object.keys(calls) as Operation[];

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html
describe("may be called", () => {
  test.each<[keyof typeof kinds, readonly Operation[]]>([
    ["a user", everything],
    ["a root user", everything.filter((name) => name !== "AssumeRole" && name !== "AssumeRoot")],
    ["a role session", everything.filter((name) => name !== "GetFederationToken" && name !== "GetSessionToken")],
    ["a session of GetSessionToken", ["AssumeRole", "GetCallerIdentity"]],
    ["a root user's session of GetSessionToken", ["GetCallerIdentity"]],
    ["a federated user", ["GetCallerIdentity"]],
    ["a root session", ["GetCallerIdentity"]],
  ])("by %s: %j", async (kind, allowed) => {
    const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
    const keys = await kinds[kind](emulator);
    for (const name of everything) {
      const called = calls[name](emulator, keys);
      if (allowed.includes(name)) await expect(called, name).resolves.toBeDefined();
      else
        await expect(called, name).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    }
  });
});

describe("is refused in STS's words:", () => {
  test.each<[keyof typeof kinds, Operation, string]>([
    ["a role session", "GetSessionToken", "Cannot call GetSessionToken with session credentials"],
    ["a role session", "GetFederationToken", "Cannot call GetFederationToken with session credentials"],
    ["a session of GetSessionToken", "GetSessionToken", "Cannot call GetSessionToken with session credentials"],
    ["a root user", "AssumeRole", "Roles may not be assumed by root accounts."],
    ["a root user's session of GetSessionToken", "AssumeRole", "Roles may not be assumed by root accounts."],
  ])("%s calling %s", async (kind, operation, message) => {
    const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
    await expect(calls[operation](emulator, await kinds[kind](emulator))).rejects.toMatchObject({ message });
  });
});

test("the root user of an account is known as such", async () => {
  const { credentials, ...root } = (await startEmulator()).addRootUser({ accountId: "111122223333" });
  expect(root).toEqual({ arn: "arn:aws:iam::111122223333:root", userId: "111122223333" });
  const emulator = await startEmulator({ rootUsers: [{ accountId: "111122223333", ...credentials }] });
  const client = stsClient(emulator, { credentials });
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: "arn:aws:iam::111122223333:root",
    UserId: "111122223333",
    Account: "111122223333",
  });
});

describe("GetAccessKeyInfo", () => {
  const ask = (emulator: AwsEmulator, AccessKeyId: string) =>
    stsClient(emulator).send(new GetAccessKeyInfoCommand({ AccessKeyId }));

  test("tells the account of long-term keys and of sessions, in any account", async () => {
    const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
    const { credentials } = emulator.addUser({ userName: "ann", accountId: "111122223333" });
    const session = keysOf(await assumeRole(emulator));
    expect(await ask(emulator, credentials.accessKeyId)).toMatchObject({ Account: "111122223333" });
    expect(await ask(emulator, session.accessKeyId)).toMatchObject({ Account: "123456789012" });
  });

  test("refuses what is no key, and one that nobody has", async () => {
    const emulator = await startEmulator();
    for (const id of ["AKIA", "AKIA OSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE"]) {
      await expect(ask(emulator, id)).rejects.toMatchObject({ name: "ValidationError" });
    }
  });
});
