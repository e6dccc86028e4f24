import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { startAwsEmulator } from "../src/index.js";
import { assumeRole, type ClientOptions, keysOf, s3Client, startEmulator, stsClient } from "./emulator-fixture.js";
import { sendWire, type WireAnswer, type WireRequest } from "./wire.js";

const roles = [{ roleName: "reader" }];

async function identity(...[emulator, options]: [Parameters<typeof stsClient>[0], ClientOptions]) {
  return stsClient(emulator, options).send(new GetCallerIdentityCommand({}));
}

/** An operation that nobody signs, as any client sends it. */
function sendUnsigned(url: string, roleArn = "arn:aws:iam::123456789012:role/reader"): Promise<WireAnswer> {
  const { port, host } = new URL(url);
  const parameters = { RoleArn: roleArn, RoleSessionName: "session", WebIdentityToken: "not.a.token" };
  const body = new URLSearchParams({ Action: "AssumeRoleWithWebIdentity", Version: "2011-06-15", ...parameters });
  const headers = { host, "content-type": "application/x-www-form-urlencoded" };
  const request: WireRequest = { method: "POST", target: "/", headers, body: body.toString() };
  return sendWire(Number(port), request);
}

describe("a region's own port", () => {
  test("is another one for each region, and stays the same", async () => {
    const emulator = await startEmulator();
    const [first, again] = await Promise.all([emulator.regionUrl("eu-west-1"), emulator.regionUrl("eu-west-1")]);
    const other = await emulator.regionUrl("eu-central-1");
    expect(first).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(again).toBe(first);
    expect(new Set([first, other, emulator.url]).size).toBe(3);
  });

  test("takes signatures for its region alone", async () => {
    const emulator = await startEmulator({ buckets: ["box"] });
    const endpoint = await emulator.regionUrl("eu-west-1");
    await expect(identity(emulator, { endpoint, region: "eu-west-1" })).resolves.toBeDefined();
    await expect(identity(emulator, { endpoint, region: "us-east-1" })).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      message: expect.stringContaining("Credential should be scoped to a valid region"),
      $metadata: { httpStatusCode: 403 },
    });
    const s3 = s3Client(emulator, { endpoint, region: "eu-west-1" });
    expect(await s3.send(new ListBucketsCommand({}))).toMatchObject({ Buckets: [{ Name: "box" }] });
  });

  test("knows what the other ports know", async () => {
    const emulator = await startEmulator({ roles });
    const credentials = keysOf(await assumeRole(emulator));
    const endpoint = await emulator.regionUrl("eu-west-1");
    await expect(identity(emulator, { endpoint, region: "eu-west-1", credentials })).resolves.toBeDefined();
    expect(emulator.requests).toMatchObject([{ region: "us-east-1" }, { region: "eu-west-1" }]);
  });

  test("gives unsigned requests a region, for the record and for faults", async () => {
    const emulator = await startEmulator({ roles });
    emulator.addFault({ kind: "throttle", region: "eu-west-1" });
    expect(await sendUnsigned(await emulator.regionUrl("eu-west-1"))).toMatchObject({
      status: 400,
      code: "Throttling",
    });
    for (const url of [await emulator.regionUrl("eu-central-1"), emulator.url]) {
      expect((await sendUnsigned(url)).code).not.toBe("Throttling");
    }
    expect(emulator.requests.map(({ region }) => region)).toEqual(["eu-west-1", "eu-central-1", undefined]);
    expect(emulator.requests[0]).toMatchObject({
      operation: "AssumeRoleWithWebIdentity",
      parameters: { WebIdentityToken: "[redacted]", RoleSessionName: "session" },
    });
  });

  test("closes alone, and opens again at its number", async () => {
    const emulator = await startEmulator();
    const endpoint = await emulator.regionUrl("eu-west-1");
    const other = await emulator.regionUrl("eu-central-1");
    await emulator.closeRegion("eu-west-1");
    await emulator.closeRegion("eu-west-1");
    expect(await emulator.regionUrl("eu-west-1")).toBe(endpoint);
    await expect(identity(emulator, { endpoint, region: "eu-west-1" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await expect(identity(emulator, { endpoint: other, region: "eu-central-1" })).resolves.toBeDefined();
    await emulator.openRegion("eu-west-1");
    await emulator.openRegion("eu-west-1");
    await expect(identity(emulator, { endpoint, region: "eu-west-1" })).resolves.toBeDefined();
  });

  test("may be closed before anybody asked for it", async () => {
    const emulator = await startEmulator();
    await emulator.closeRegion("eu-west-1");
    const endpoint = await emulator.regionUrl("eu-west-1");
    await expect(identity(emulator, { endpoint, region: "eu-west-1" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("ends with the emulator, and is not opened after it", async () => {
    const emulator = await startAwsEmulator();
    const url = await emulator.regionUrl("eu-west-1");
    await emulator.close();
    await expect(sendUnsigned(url)).rejects.toMatchObject({ code: "ECONNREFUSED" });
    await expect(emulator.regionUrl("eu-central-1")).rejects.toThrow("The emulator is closed");
    await expect(emulator.openRegion("eu-west-1")).rejects.toThrow("The emulator is closed");
  });

  test("is refused for a region that the emulator has not", async () => {
    const emulator = await startEmulator({ regions: ["eu-west-1", "eu-central-1"] });
    await expect(emulator.regionUrl("eu-west-2")).rejects.toThrow('did you mean "eu-west-1"?');
    await expect(emulator.closeRegion("mars")).rejects.toThrow("there are eu-west-1, eu-central-1, aws-global");
    await expect(emulator.openRegion(undefined as unknown as string)).rejects.toThrow(TypeError);
  });
});

describe("a region where STS is not activated", () => {
  const refusal = (accountId: string) =>
    `STS is not activated in this region for account:${accountId}. Your account administrator can activate STS in this region using the IAM Console.`;

  test("gives no credentials, by signature or without, whatever the port", async () => {
    const emulator = await startEmulator({ roles, disabledRegions: ["eu-south-1"] });
    const endpoint = await emulator.regionUrl("eu-south-1");
    for (const options of [{ region: "eu-south-1" }, { region: "eu-south-1", endpoint }]) {
      const asked = stsClient(emulator, options).send(new GetSessionTokenCommand({}));
      await expect(asked).rejects.toMatchObject({
        name: "RegionDisabledException",
        message: refusal("123456789012"),
        $metadata: { httpStatusCode: 403 },
      });
    }
    const unsigned = await sendUnsigned(endpoint, "arn:aws:iam::111122223333:role/reader");
    expect(unsigned).toMatchObject({ status: 403, code: "RegionDisabledException" });
    expect(unsigned.body).toContain(refusal("111122223333"));
  });

  test("still tells callers who they are, and does not touch other regions", async () => {
    const emulator = await startEmulator({ disabledRegions: ["eu-south-1"] });
    await expect(identity(emulator, { region: "eu-south-1" })).resolves.toBeDefined();
    await expect(stsClient(emulator).send(new GetSessionTokenCommand({}))).resolves.toBeDefined();
  });

  test("does not believe a caller more than another region does", async () => {
    const emulator = await startEmulator({ disabledRegions: ["eu-south-1"] });
    const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wrong" };
    const client = stsClient(emulator, { region: "eu-south-1", credentials });
    await expect(client.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });
});

describe("the global endpoint", () => {
  test("is in us-east-1", async () => {
    const emulator = await startEmulator({ regions: ["eu-west-1"] });
    const endpoint = await emulator.regionUrl("aws-global");
    await expect(identity(emulator, { endpoint, region: "us-east-1" })).resolves.toBeDefined();
    await expect(identity(emulator, { endpoint, region: "eu-west-1" })).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
    });
  });

  test("gives sessions that regions to opt in to do not take", async () => {
    const emulator = await startEmulator({ optInRegions: ["ap-east-1"] });
    const ask = async (options: ClientOptions) =>
      keysOf(await stsClient(emulator, options).send(new GetSessionTokenCommand({})));
    const global = await ask({ endpoint: await emulator.regionUrl("aws-global") });
    const regional = await ask({});
    await expect(identity(emulator, { region: "ap-east-1", credentials: regional })).resolves.toBeDefined();
    await expect(identity(emulator, { region: "eu-west-1", credentials: global })).resolves.toBeDefined();
    await expect(identity(emulator, { region: "ap-east-1", credentials: global })).rejects.toMatchObject({
      name: "InvalidClientTokenId",
    });
  });
});
