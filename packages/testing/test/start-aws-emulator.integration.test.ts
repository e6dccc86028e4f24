import { connect } from "node:net";
import { devNull } from "node:os";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, test, vi } from "vitest";
import { startAwsEmulator } from "../src/index.js";
import { assumeRole, demoKeys, keysOf, startEmulator, stsClient } from "./emulator-fixture.js";
import { sendWire, type WireRequest } from "./wire.js";

const unsigned: WireRequest = { method: "GET", target: "/", headers: {}, body: "" };

describe("the environment", () => {
  test("is all that an unmodified client needs", async () => {
    const emulator = await startEmulator();
    for (const [name, value] of Object.entries(emulator.env)) vi.stubEnv(name, value);
    const client = new STSClient({});
    try {
      expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
        Arn: "arn:aws:iam::123456789012:user/demo",
      });
    } finally {
      client.destroy();
      vi.unstubAllEnvs();
    }
  });

  test("points away from the machine's own configuration", async () => {
    const { env } = await startEmulator();
    expect(env).toMatchObject({
      AWS_REGION: "us-east-1",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_CONFIG_FILE: devNull,
      AWS_SHARED_CREDENTIALS_FILE: devNull,
    });
  });

  test("is that of the first user, and has no keys when there is none", async () => {
    const named = await startEmulator({ users: [{ userName: "ann", accountId: "111122223333", path: "/team/" }] });
    const identity = await stsClient(named).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe("arn:aws:iam::111122223333:user/team/ann");
    expect((await startEmulator({ users: [] })).env).not.toHaveProperty("AWS_ACCESS_KEY_ID");
  });
});

describe("the server", () => {
  test.each(["example.com", "127.0.0.1", "localhost:1", "evil.localhost"])(
    "does not serve the host name %s",
    async (host) => {
      const emulator = await startEmulator();
      expect(await sendWire(emulator.port, { ...unsigned, headers: { host } })).toMatchObject({ status: 421 });
      expect(emulator.requests).toEqual([]);
    },
  );

  test("serves localhost and 127.0.0.1 at its port", async () => {
    const emulator = await startEmulator();
    for (const name of ["localhost", "127.0.0.1"]) {
      const headers = { host: `${name}:${emulator.port}` };
      expect(await sendWire(emulator.port, { ...unsigned, headers })).toMatchObject({
        status: 403,
        code: "AccessDenied",
      });
    }
  });

  test("dates every answer by the emulator's clock", async () => {
    const emulator = await startEmulator();
    emulator.clock.set(Date.parse("2031-05-06T07:08:09Z"));
    const answer = await sendWire(emulator.port, { ...unsigned, headers: { host: `127.0.0.1:${emulator.port}` } });
    expect(answer.headers["date"]).toMatch(/^Tue, 06 May 2031 07:08:/);
  });

  test("listens at the port asked, and fails when it is taken", async () => {
    const emulator = await startEmulator();
    await expect(startAwsEmulator({ port: emulator.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await emulator.close();
    const next = await startEmulator({ port: emulator.port });
    expect(next.url).toBe(`http://127.0.0.1:${emulator.port}`);
  });

  test("stops at once, twice without harm, and takes connections with it that never said anything", async () => {
    const emulator = await startAwsEmulator();
    const socket = connect(emulator.port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    await emulator.close();
    await emulator.close();
    await closed;
    await expect(sendWire(emulator.port, unsigned)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("ends with its scope", async () => {
    const emulator = await startAwsEmulator();
    await emulator[Symbol.asyncDispose]();
    await expect(sendWire(emulator.port, unsigned)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("the clock", () => {
  test("follows its source, and moves alone", async () => {
    let nowMs = 1_000_000;
    const emulator = await startEmulator({ clock: { now: () => nowMs } });
    emulator.clock.advance(500);
    nowMs += 250;
    expect(emulator.clock.now()).toBe(1_000_750);
    emulator.clock.set(5_000);
    nowMs += 1;
    expect(emulator.clock.now()).toBe(5_001);
    expect(() => emulator.clock.advance(Number.NaN)).toThrow('"ms" must be a finite number');
  });
});

describe("sessions", () => {
  test("of one role end together", async () => {
    const emulator = await startEmulator({ roles: [{ roleName: "reader" }, { roleName: "writer" }] });
    const RoleArn = "arn:aws:iam::123456789012:role/writer";
    const reader = keysOf(await assumeRole(emulator));
    const writer = keysOf(await assumeRole(emulator, { RoleArn }));
    expect(emulator.expireSessions(RoleArn)).toBe(1);
    const ask = (credentials: typeof reader) =>
      stsClient(emulator, { credentials }).send(new GetCallerIdentityCommand({}));
    await expect(ask(reader)).resolves.toBeDefined();
    await expect(ask(writer)).rejects.toMatchObject({ name: "ExpiredToken" });
  });

  test("that are unknown cannot be ended", async () => {
    const emulator = await startEmulator();
    expect(() => emulator.expireSession("ASIAIOSFODNN7EXAMPLE")).toThrow("no session of this emulator");
    expect(() => emulator.expireSession("wJalrXUtnFEMI/K7MDENG")).toThrow('"accessKeyId" [malformed] is no session');
  });
});

test.each([
  [{ maxClockSkewMs: -1 }, "maxClockSkewMs"],
  [{ users: [{ userName: "u", accountId: "1" }] }, "users[0].accountId"],
  [{ roles: [{ roleName: "r", path: "x" }] }, "roles[0].path"],
  [{ roles: [{ roleName: "r", maxSessionDurationSeconds: 900 }] }, "roles[0].maxSessionDurationSeconds"],
])("refuses options out of bounds: %o", async (options, name) => {
  await expect(startAwsEmulator(options)).rejects.toThrow(`"${name}" must be`);
});

test("refuses a second user with the same access key id", async () => {
  const emulator = await startEmulator();
  const { accessKeyId } = demoKeys(emulator);
  expect(() => emulator.addUser({ userName: "other", accessKeyId })).toThrow("belongs to another user");
  const users = [
    { userName: "one", accessKeyId },
    { userName: "two", accessKeyId },
  ];
  await expect(startAwsEmulator({ users })).rejects.toThrow('"users[1].accessKeyId" AKIAIOSFODNN7EXAMPLE belongs to');
});

test("serves regions that it is told of, and no others", async () => {
  const emulator = await startEmulator({ regions: ["cn-north-1"] });
  const ask = (region: string) => stsClient(emulator, { region }).send(new GetCallerIdentityCommand({}));
  await expect(ask("cn-north-1")).resolves.toBeDefined();
  await expect(ask("us-east-1")).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  expect(emulator.env["AWS_REGION"]).toBe("cn-north-1");
});

test("names the MFA devices there are when asked for the code of another", async () => {
  const device = "arn:aws:iam::123456789012:mfa/ann";
  const emulator = await startEmulator();
  const refusal = (serialNumber: unknown) => {
    try {
      return emulator.mfaCode(serialNumber as string);
    } catch (error) {
      return error;
    }
  };
  expect(refusal("nope")).toBeInstanceOf(TypeError);
  expect(refusal("nope")).toMatchObject({ message: expect.stringContaining("no user has one") });
  emulator.addUser({ userName: "ann", mfaSerialNumbers: [device] });
  expect(refusal("nope")).toMatchObject({
    message: `"serialNumber" must be that of a user's MFA device; got a string; there are ${device}`,
  });
  expect(refusal("arn:aws:iam::123456789012:mfa/anne")).toMatchObject({
    message: expect.stringContaining(`did you mean "${device}"?`),
  });
  expect(refusal(undefined)).toBeInstanceOf(TypeError);
  expect(emulator.mfaCode(device)).toMatch(/^\d{6}$/);
});

test("refuses a bucket that S3 would refuse, and one that is there", async () => {
  const emulator = await startEmulator();
  expect(() => emulator.addBucket("UPPER")).toThrow(TypeError);
  expect(() => emulator.addBucket("UPPER")).toThrow('"name" must be a name of S3\'s');
  emulator.addBucket("box");
  expect(() => emulator.addBucket("box")).toThrow('"name" must be a new bucket; there is "box" already');
});
