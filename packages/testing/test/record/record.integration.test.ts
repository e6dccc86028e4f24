import { inspect } from "node:util";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { assumeRole, demoKeys, keysOf, s3Client, startEmulator } from "../emulator-fixture.js";
import { presignedBySdk, sendWire } from "../wire.js";

test("says who asked for what, and how it went", async () => {
  const emulator = await startEmulator({ roles: [{ roleName: "reader" }], buckets: ["box"] });
  const keys = keysOf(await assumeRole(emulator, { Tags: [{ Key: "team", Value: "red" }] }));
  await s3Client(emulator, { credentials: keys }).send(
    new PutObjectCommand({ Bucket: "box", Key: "a/b", Body: "content" }),
  );
  expect(emulator.requests).toMatchObject([
    {
      service: "sts",
      operation: "AssumeRole",
      region: "us-east-1",
      accessKeyId: "AKIAIOSFODNN7EXAMPLE",
      principal: "arn:aws:iam::123456789012:user/demo",
      via: "header",
      status: 200,
      host: `127.0.0.1:${emulator.port}`,
      userAgent: expect.stringContaining("aws-sdk-js"),
      parameters: {
        RoleArn: "arn:aws:iam::123456789012:role/reader",
        RoleSessionName: "session",
        "Tags.member.1.Key": "team",
      },
    },
    {
      service: "s3",
      operation: "PutObject",
      accessKeyId: keys.accessKeyId,
      principal: "arn:aws:sts::123456789012:assumed-role/reader/session",
      status: 200,
      parameters: { Bucket: "box", Key: "a/b" },
    },
  ]);
  expect(Math.abs((emulator.requests[0]?.at ?? 0) - Date.now())).toBeLessThan(60_000);
});

test("counts operations, and starts again when cleared", async () => {
  const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
  await Promise.all([assumeRole(emulator), assumeRole(emulator)]);
  await assumeRole(emulator, { RoleArn: "arn:aws:iam::123456789012:role/none" }).catch(() => undefined);
  expect([emulator.count("AssumeRole"), emulator.count("GetCallerIdentity")]).toEqual([3, 0]);
  emulator.clearRequests();
  expect(emulator.requests).toEqual([]);
});

test("is a copy", async () => {
  const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
  const before = emulator.requests;
  await assumeRole(emulator);
  expect(before).toEqual([]);
});

test("holds no secret, nor does anything else that prints", async () => {
  const serialNumber = "arn:aws:iam::123456789012:mfa/ann";
  const externalId = `external-${crypto.randomUUID()}`;
  const policyMark = crypto.randomUUID();
  const emulator = await startEmulator({
    roles: [{ roleName: "reader", trust: { externalId, requireMfa: true } }],
    buckets: ["box"],
  });
  const { credentials } = emulator.addUser({ userName: "ann", mfaSerialNumbers: [serialNumber] });
  const tokenCode = emulator.mfaCode(serialNumber);
  const policy = JSON.stringify({ Statement: [], Id: policyMark });
  const input = { ExternalId: externalId, SerialNumber: serialNumber, TokenCode: tokenCode, Policy: policy };
  const printed: string[] = [];
  const keep = (error: Error) => printed.push(inspect(error, { depth: 9 }), error.message);

  const keys = keysOf(await assumeRole(emulator, input, credentials));
  await assumeRole(emulator, input, credentials).then(() => expect.unreachable(), keep);
  const badCode = { ...input, TokenCode: `${tokenCode}0` };
  await assumeRole(emulator, badCode, credentials).then(() => expect.unreachable(), keep);
  await assumeRole(emulator, { ...input, ExternalId: `${externalId} ` }, credentials).then(
    () => expect.unreachable(),
    keep,
  );
  const wrong = { ...keys, secretAccessKey: credentials.secretAccessKey };
  await assumeRole(emulator, {}, wrong).then(() => expect.unreachable(), keep);
  const put = new PutObjectCommand({ Bucket: "box", Key: "key", Body: "content" });
  await s3Client(emulator, { credentials: wrong })
    .send(put)
    .then(() => expect.unreachable(), keep);
  const url = { url: emulator.url, service: "s3" as const, path: "/box/none", credentials: wrong };
  const presigned = await presignedBySdk(url);
  printed.push((await sendWire(emulator.port, presigned)).body);
  const scrambled = {
    ...presigned,
    target: presigned.target.replace(
      /X-Amz-Credential=[^&]*/,
      `X-Amz-Credential=${encodeURIComponent(keys.secretAccessKey)}`,
    ),
  };
  printed.push((await sendWire(emulator.port, scrambled)).body);

  const swapped = {
    ...keys,
    accessKeyId: keys.secretAccessKey.replaceAll("/", "_"),
    secretAccessKey: keys.accessKeyId,
  };
  await s3Client(emulator, { credentials: swapped })
    .send(put)
    .then(() => expect.unreachable(), keep);
  printed.push(inspect(emulator, { depth: 9, showHidden: true }), inspect(emulator.requests, { depth: 9 }));
  printed.push(JSON.stringify(emulator), JSON.stringify(emulator.requests), String(emulator));
  const secrets = {
    ...keys,
    second: credentials.secretAccessKey,
    demo: demoKeys(emulator).secretAccessKey,
    tokenCode,
    externalId,
    policyMark,
  };
  const { accessKeyId: _public, ...others } = secrets;
  const hidden = { ...others, swapped: swapped.accessKeyId };
  for (const [name, secret] of Object.entries(hidden)) {
    expect(
      printed.filter((text) => text.includes(secret)),
      name,
    ).toEqual([]);
    expect(
      printed.filter((text) => text.includes(encodeURIComponent(secret))),
      name,
    ).toEqual([]);
  }
  expect(emulator.requests.map(({ parameters }) => parameters["TokenCode"])).toContain("[redacted]");
});
