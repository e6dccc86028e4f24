import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { type AwsEmulator, type EmulatorFault, startAwsEmulator } from "../../src/index.js";
import { assumeRole, keysOf, s3Client, startEmulator, stsClient } from "../emulator-fixture.js";

function identity(emulator: AwsEmulator) {
  return stsClient(emulator).send(new GetCallerIdentityCommand({}));
}

function buckets(emulator: AwsEmulator) {
  return s3Client(emulator).send(new ListBucketsCommand({}));
}

describe("kinds", () => {
  test.each<[EmulatorFault, object, object]>([
    [{ kind: "error" }, { name: "InternalFailure", $metadata: { httpStatusCode: 500 } }, { name: "InternalError" }],
    [
      { kind: "throttle" },
      { name: "Throttling", $metadata: { httpStatusCode: 400 } },
      { name: "SlowDown", $metadata: { httpStatusCode: 503 } },
    ],
    [{ kind: "access-denied" }, { name: "AccessDenied", $metadata: { httpStatusCode: 403 } }, { name: "AccessDenied" }],
    [
      { kind: "refuse", status: 418, code: "Teapot", message: "short" },
      { name: "Teapot", message: "short" },
      { name: "Teapot" },
    ],
  ])("%o is answered as each service would", async (fault, sts, s3) => {
    const emulator = await startEmulator();
    emulator.addFault(fault);
    await expect(identity(emulator)).rejects.toMatchObject(sts);
    await expect(buckets(emulator)).rejects.toMatchObject(s3);
    expect(emulator.requests.map((request) => request.fault)).toEqual([fault.kind, fault.kind]);
  });

  test("reset destroys the connection", async () => {
    const emulator = await startEmulator();
    emulator.addFault({ kind: "reset" });
    await expect(identity(emulator)).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(emulator.requests).toMatchObject([{ operation: "GetCallerIdentity", fault: "reset" }]);
    expect(emulator.requests[0]).not.toHaveProperty("status");
  });

  test("silence never answers, and ends with the emulator", async () => {
    const emulator = await startEmulator();
    emulator.addFault({ kind: "silence" });
    let settled = false;
    const asked = identity(emulator).catch((error: Error & { code?: string }) => {
      settled = true;
      return error;
    });
    await expect.poll(() => emulator.count("GetCallerIdentity")).toBe(1);
    emulator.clearFaults();
    await identity(emulator);
    expect(settled).toBe(false);
    await emulator.close();
    expect(await asked).toMatchObject({ code: "ECONNRESET" });
  });

  test("latency delays the answer, in real time", async () => {
    const emulator = await startEmulator();
    emulator.addFault({ kind: "latency", latencyMs: 60 });
    const startedMs = performance.now();
    await identity(emulator);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(55);
    expect(emulator.requests).toMatchObject([{ status: 200, fault: "latency" }]);
  });

  test("latency goes together with the fault after it", async () => {
    const emulator = await startEmulator();
    emulator.addFault({ kind: "latency", latencyMs: 20 });
    emulator.addFault({ kind: "throttle" });
    await expect(identity(emulator)).rejects.toMatchObject({ name: "Throttling" });
  });

  test("a request in latency does not hold up the end of the emulator", async () => {
    const emulator = await startEmulator();
    emulator.addFault({ kind: "latency", latencyMs: 3_600_000 });
    const asked = identity(emulator).catch((error: Error) => error);
    await expect.poll(() => emulator.count("GetCallerIdentity")).toBe(1);
    await emulator.close();
    expect(await asked).toMatchObject({ code: "ECONNRESET" });
  });
});

describe("targets", () => {
  test("a fault meets the operation and service it names", async () => {
    const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
    emulator.addFault({ kind: "error", operation: "AssumeRole" });
    emulator.addFault({ kind: "throttle", service: "s3" });
    await expect(identity(emulator)).resolves.toBeDefined();
    await expect(assumeRole(emulator)).rejects.toMatchObject({ name: "InternalFailure" });
    await expect(buckets(emulator)).rejects.toMatchObject({ name: "SlowDown" });
  });

  test("a fault meets as many requests as it says, after those it skips", async () => {
    const emulator = await startEmulator();
    emulator.addFault({ kind: "error", skip: 1, times: 2 });
    const outcomes: string[] = [];
    for (let count = 0; count < 4; count += 1)
      outcomes.push(
        await identity(emulator).then(
          () => "ok",
          () => "failed",
        ),
      );
    expect(outcomes).toEqual(["ok", "failed", "failed", "ok"]);
  });

  test("a fault ends at its moment on the emulator's clock", async () => {
    const emulator = await startEmulator({ maxClockSkewMs: Number.POSITIVE_INFINITY });
    emulator.addFault({ kind: "error", untilMs: emulator.clock.now() + 60_000 });
    await expect(identity(emulator)).rejects.toMatchObject({ name: "InternalFailure" });
    emulator.clock.advance(60_000);
    await expect(identity(emulator)).resolves.toBeDefined();
  });

  test("a fault ends when it is lifted", async () => {
    const emulator = await startEmulator();
    const lift = emulator.addFault({ kind: "error" });
    await expect(identity(emulator)).rejects.toBeDefined();
    lift();
    await expect(identity(emulator)).resolves.toBeDefined();
  });

  test("a fault meets the principal, the key, the region or the request it names", async () => {
    const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
    const keys = keysOf(await assumeRole(emulator));
    const failing = async (target: Partial<EmulatorFault>) => {
      const lift = emulator.addFault({ kind: "error", ...target } as EmulatorFault);
      const ask = (client: ReturnType<typeof stsClient>) =>
        client.send(new GetCallerIdentityCommand({})).then(
          () => true,
          () => false,
        );
      const outcomes = {
        user: await ask(stsClient(emulator)),
        session: await ask(stsClient(emulator, { credentials: keys })),
        ireland: await ask(stsClient(emulator, { region: "eu-west-1" })),
      };
      lift();
      return outcomes;
    };
    const all = { user: true, session: true, ireland: true };
    const principal = "arn:aws:sts::123456789012:assumed-role/reader/session";
    expect(await failing({ principal })).toEqual({ ...all, session: false });
    expect(await failing({ accessKeyId: keys.accessKeyId })).toEqual({ ...all, session: false });
    expect(await failing({ region: "eu-west-1" })).toEqual({ ...all, ireland: false });
    expect(await failing({ when: (request) => request.region !== "eu-west-1" })).toEqual({
      user: false,
      session: false,
      ireland: true,
    });
  });
});

describe("a condition that fails", () => {
  const reasons = (error: unknown) => (error instanceof AggregateError ? error.errors : [error]);
  const broken = (error: Error) => () => {
    throw error;
  };

  test.each<[EmulatorFault["kind"], object]>([
    ["error", {}],
    ["silence", {}],
    ["latency", { latencyMs: 0 }],
  ])("of a fault of kind %s is answered with 500, and rethrown by close", async (kind, rest) => {
    const emulator = await startAwsEmulator();
    const error = new Error("the test's own");
    emulator.addFault({ kind, ...rest, when: broken(error) } as EmulatorFault);
    await expect(identity(emulator)).rejects.toMatchObject({
      name: "InternalFailure",
      message: expect.stringContaining("close() throws its error"),
      $metadata: { httpStatusCode: 500 },
    });
    await expect(buckets(emulator)).rejects.toMatchObject({ name: "InternalError" });
    expect(emulator.requests).toMatchObject([{ status: 500, errorCode: "InternalFailure" }, { status: 500 }]);
    expect(emulator.requests[0]).not.toHaveProperty("fault");
    await expect(emulator.close()).rejects.toBe(error);
    await emulator.close();
    await expect(identity(emulator)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("ends the scope of the emulator with its error", async () => {
    const error = new Error("the test's own");
    const emulator = await startAwsEmulator();
    emulator.addFault({ kind: "error", when: broken(error) });
    await expect(identity(emulator)).rejects.toBeDefined();
    await expect(emulator[Symbol.asyncDispose]()).rejects.toBe(error);
  });

  test("is reported once a fault, also when the fault was lifted", async () => {
    const emulator = await startAwsEmulator();
    const errors = [new Error("first"), new Error("second")];
    for (const error of errors) {
      const lift = emulator.addFault({ kind: "error", when: broken(error) });
      await expect(identity(emulator)).rejects.toBeDefined();
      await expect(identity(emulator)).rejects.toBeDefined();
      lift();
    }
    await expect(identity(emulator)).resolves.toBeDefined();
    expect(reasons(await emulator.close().catch((error: unknown) => error))).toEqual(errors);
  });

  test.each([
    ["a promise", async () => true],
    ["undefined", () => undefined],
    ["a string", () => "yes"],
  ])("as one that answers %s", async (kind, when) => {
    const emulator = await startAwsEmulator();
    emulator.addFault({ kind: "silence", when: when as unknown as () => boolean });
    await expect(identity(emulator)).rejects.toMatchObject({ name: "InternalFailure" });
    await expect(emulator.close()).rejects.toThrow(`"when" must answer true or false; got ${kind}`);
  });
});
