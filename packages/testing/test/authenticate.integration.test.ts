import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import type { AwsEmulator } from "../src/index.js";
import { assumeRole, demoKeys, keysOf, s3Client, startEmulator, stsClient } from "./emulator-fixture.js";
import { type Keys, presignedBySdk, sendWire, signedByClient, type WireRequest } from "./wire.js";

const role = { roleName: "reader" };

function signedIdentity(emulator: AwsEmulator, credentials: Keys = demoKeys(emulator)): Promise<WireRequest> {
  const client = new STSClient({ endpoint: emulator.url, region: "us-east-1", credentials });
  return signedByClient(client, () => client.send(new GetCallerIdentityCommand({})));
}

function signedPut(emulator: AwsEmulator, credentials: Keys = demoKeys(emulator)): Promise<WireRequest> {
  const client = new S3Client({ endpoint: emulator.url, region: "us-east-1", forcePathStyle: true, credentials });
  return signedByClient(client, () =>
    client.send(new PutObjectCommand({ Bucket: "box", Key: "key", Body: "content" })),
  );
}

function withHeader(request: WireRequest, name: string, change: (value: string) => string | undefined): WireRequest {
  const { [name]: value = "", ...others } = request.headers;
  const changed = change(value);
  return { ...request, headers: changed === undefined ? others : { ...others, [name]: changed } };
}

function withAuthorization(request: WireRequest, search: string | RegExp, replacement: string): WireRequest {
  return withHeader(request, "authorization", (value) => value.replace(search, replacement));
}

const services = [
  { service: "STS", sign: signedIdentity },
  { service: "S3", sign: signedPut },
] as const;

describe.each(services)("$service", ({ service, sign }) => {
  const isSts = service === "STS";

  test("answers a request that is sent as it was signed", async () => {
    const emulator = await startEmulator({ buckets: ["box"] });
    expect(await sendWire(emulator.port, await sign(emulator))).toMatchObject({ status: 200, code: undefined });
  });

  test.each([
    {
      what: "another secret key",
      keys: { secretAccessKey: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY" },
      expected: { status: 403, code: "SignatureDoesNotMatch" },
    },
    {
      what: "an unknown key id",
      keys: { accessKeyId: "AKIAI44QH8DHBEXAMPLE" },
      expected: { status: 403, code: isSts ? "InvalidClientTokenId" : "InvalidAccessKeyId" },
    },
    {
      what: "a long-term key with a session token",
      keys: { sessionToken: "IQoJ" },
      expected: isSts ? { status: 403, code: "InvalidClientTokenId" } : { status: 400, code: "InvalidToken" },
    },
  ])("refuses $what", async ({ keys, expected }) => {
    const emulator = await startEmulator();
    const signed = await sign(emulator, { ...demoKeys(emulator), ...keys });
    expect(await sendWire(emulator.port, signed)).toMatchObject(expected);
  });

  test.each([
    ["service", /\/(sts|s3)\//, "/iam/"],
    ["region", "/us-east-1/", "/mars-1/"],
    ["terminator", "/aws4_request", "/aws5_request"],
    ["date", /\/20\d{6}\//, "/20200101/"],
  ])("refuses a credential scope with the wrong %s", async (_part, search, replacement) => {
    const emulator = await startEmulator();
    const signed = withAuthorization(await sign(emulator), search, replacement);
    const expected = isSts
      ? { status: 403, code: "SignatureDoesNotMatch" }
      : { status: 400, code: "AuthorizationHeaderMalformed" };
    const answer = await sendWire(emulator.port, signed);
    expect(answer).toMatchObject(expected);
    expect(answer.body).toMatch(/scope|malformed/);
  });

  test("refuses a request without authentication", async () => {
    const emulator = await startEmulator();
    const signed = withHeader(await sign(emulator), "authorization", () => undefined);
    const code = isSts ? "MissingAuthenticationToken" : "AccessDenied";
    expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 403, code });
  });

  test.each(["Basic abc", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0"])(
    "refuses an Authorization header that is not one: %s",
    async (authorization) => {
      const emulator = await startEmulator();
      const signed = withHeader(await sign(emulator), "authorization", () => authorization);
      const code = isSts ? "IncompleteSignature" : "AuthorizationHeaderMalformed";
      expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 400, code });
    },
  );

  test("refuses a request that is signed in its header and in its query", async () => {
    const emulator = await startEmulator();
    const signed = await sign(emulator);
    const twice = { ...signed, target: `${signed.target}${signed.target.includes("?") ? "&" : "?"}X-Amz-Signature=0` };
    const code = isSts ? "IncompleteSignature" : "InvalidArgument";
    expect(await sendWire(emulator.port, twice)).toMatchObject({ status: 400, code });
  });

  test("refuses a request that does not sign its host", async () => {
    const emulator = await startEmulator();
    const signed = withAuthorization(await sign(emulator), "host;", "");
    const code = isSts ? "SignatureDoesNotMatch" : "AccessDenied";
    expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 403, code });
  });

  test("refuses an x-amz header that is not signed", async () => {
    const emulator = await startEmulator();
    const signed = withHeader(await sign(emulator), "x-amz-acl", () => "public-read");
    const answer = await sendWire(emulator.port, signed);
    expect(answer).toMatchObject({ status: 403, code: isSts ? "SignatureDoesNotMatch" : "AccessDenied" });
    expect(answer.body).toContain("x-amz-acl");
  });

  test("refuses a body that is not the one signed", async () => {
    const emulator = await startEmulator({ buckets: ["box"] });
    const signed = await sign(emulator);
    const changed = { ...signed, body: signed.body.replace(/.$/, "0") };
    const expected = isSts
      ? { status: 403, code: "SignatureDoesNotMatch" }
      : { status: 400, code: "XAmzContentSHA256Mismatch" };
    expect(await sendWire(emulator.port, changed)).toMatchObject(expected);
  });

  test.each([
    ["too old", 1],
    ["from the future", -1],
  ])("refuses a signature that is %s, and takes one just inside the window", async (_what, direction) => {
    const emulator = await startEmulator({ buckets: ["box"] });
    const windowMs = isSts ? 300_000 : 900_000;
    const signed = await sign(emulator);
    emulator.clock.advance(direction * (windowMs - 5_000));
    expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 200 });
    emulator.clock.advance(direction * 10_000);
    const code = isSts ? "SignatureDoesNotMatch" : "RequestTimeTooSkewed";
    const answer = await sendWire(emulator.port, signed);
    expect(answer).toMatchObject({ status: 403, code });
    if (isSts) expect(answer.body).toContain(direction > 0 ? "Signature expired: " : "Signature not yet current: ");
  });

  test("refuses a session key without its token", async () => {
    const emulator = await startEmulator({ roles: [role] });
    const { accessKeyId, secretAccessKey } = keysOf(await assumeRole(emulator));
    const signed = await sign(emulator, { accessKeyId, secretAccessKey });
    const code = isSts ? "InvalidClientTokenId" : "InvalidAccessKeyId";
    expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 403, code });
  });

  test("refuses a session token of another session, and of another emulator", async () => {
    const emulator = await startEmulator({ roles: [role] });
    const other = await startEmulator({ roles: [role] });
    const keys = keysOf(await assumeRole(emulator));
    const tokens = [keysOf(await assumeRole(emulator)).sessionToken, keysOf(await assumeRole(other)).sessionToken];
    const expected = isSts ? { status: 403, code: "InvalidClientTokenId" } : { status: 400, code: "InvalidToken" };
    for (const sessionToken of tokens) {
      expect(await sendWire(emulator.port, await sign(emulator, { ...keys, sessionToken }))).toMatchObject(expected);
    }
  });

  test("refuses a session token that was altered by one character", async () => {
    const emulator = await startEmulator({ roles: [role] });
    const keys = keysOf(await assumeRole(emulator));
    const expected = isSts ? { status: 403, code: "InvalidClientTokenId" } : { status: 400, code: "InvalidToken" };
    for (const at of [0, 20, keys.sessionToken.length >> 1]) {
      const character = keys.sessionToken[at] === "A" ? "B" : "A";
      const sessionToken = keys.sessionToken.slice(0, at) + character + keys.sessionToken.slice(at + 1);
      expect(await sendWire(emulator.port, await sign(emulator, { ...keys, sessionToken }))).toMatchObject(expected);
    }
  });

  test("refuses an expired session, and one that was ended", async () => {
    const emulator = await startEmulator({ roles: [role], maxClockSkewMs: Number.POSITIVE_INFINITY });
    const expected = { status: isSts ? 403 : 400, code: "ExpiredToken" };
    const aged = keysOf(await assumeRole(emulator, { DurationSeconds: 900 }));
    emulator.clock.advance(900_000);
    expect(await sendWire(emulator.port, await sign(emulator, aged))).toMatchObject(expected);
    const ended = keysOf(await assumeRole(emulator));
    emulator.expireSession(ended.accessKeyId);
    expect(await sendWire(emulator.port, await sign(emulator, ended))).toMatchObject(expected);
  });

  test("refuses a session token in the header and in the query", async () => {
    const emulator = await startEmulator({ roles: [role], buckets: ["box"] });
    const keys = keysOf(await assumeRole(emulator));
    const signed = await sign(emulator, keys);
    const separator = signed.target.includes("?") ? "&" : "?";
    const twice = {
      ...signed,
      target: `${signed.target}${separator}X-Amz-Security-Token=${encodeURIComponent(keys.sessionToken)}`,
    };
    expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 200 });
    const code = isSts ? "IncompleteSignature" : "InvalidArgument";
    expect(await sendWire(emulator.port, twice)).toMatchObject({ status: 400, code });
  });
});

describe("presigned requests", () => {
  const identity = { Action: "GetCallerIdentity", Version: "2011-06-15" };

  test("are answered with a plain GET, by session credentials too", async () => {
    const emulator = await startEmulator({ roles: [role], buckets: ["box"] });
    await s3Client(emulator).send(new PutObjectCommand({ Bucket: "box", Key: "key", Body: "content" }));
    const credentials = keysOf(await assumeRole(emulator));
    const object = await presignedBySdk({ url: emulator.url, service: "s3", path: "/box/key", credentials });
    expect(await (await fetch(emulator.url + object.target)).text()).toBe("content");
    const caller = await presignedBySdk({ url: emulator.url, service: "sts", path: "/", query: identity, credentials });
    expect(await (await fetch(emulator.url + caller.target)).text()).toContain("assumed-role/reader/session");
    expect(emulator.requests.at(-1)).toMatchObject({ via: "query", operation: "GetCallerIdentity", status: 200 });
  });

  test("are refused after their time", async () => {
    const emulator = await startEmulator();
    const common = { url: emulator.url, credentials: demoKeys(emulator), expiresSeconds: 60 };
    const object = await presignedBySdk({ ...common, service: "s3", path: "/box/key" });
    const caller = await presignedBySdk({ ...common, service: "sts", path: "/", query: identity });
    emulator.clock.advance(62_000);
    const answer = await sendWire(emulator.port, object);
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(answer.body).toContain("Request has expired");
    expect(await sendWire(emulator.port, caller)).toMatchObject({ status: 403, code: "SignatureDoesNotMatch" });
  });

  test("are refused when they are for more than a week", async () => {
    const emulator = await startEmulator();
    const common = { url: emulator.url, credentials: demoKeys(emulator), service: "s3" as const, path: "/" };
    const signed = await presignedBySdk({ ...common, expiresSeconds: 604_800 });
    const longer = { ...signed, target: signed.target.replace("X-Amz-Expires=604800", "X-Amz-Expires=604801") };
    expect(await sendWire(emulator.port, longer)).toMatchObject({
      status: 400,
      code: "AuthorizationQueryParametersError",
    });
  });

  test("are refused once the session that signed them has ended", async () => {
    const emulator = await startEmulator({ roles: [role] });
    const credentials = keysOf(await assumeRole(emulator));
    const signed = await presignedBySdk({ url: emulator.url, service: "s3", path: "/box/key", credentials });
    emulator.expireSession(credentials.accessKeyId);
    expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 400, code: "ExpiredToken" });
  });
});

test("an unmodified client whose clock is off corrects it by the emulator's Date header", async () => {
  const emulator = await startEmulator();
  emulator.clock.advance(3_600_000);
  const client = stsClient(emulator, { maxAttempts: 2 });
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: "123456789012" });
  expect(emulator.requests.map(({ errorCode }) => errorCode)).toEqual(["SignatureDoesNotMatch", undefined]);
});

test("unmodified clients see the codes of the service they asked", async () => {
  const emulator = await startEmulator({ roles: [role] });
  const credentials = keysOf(await assumeRole(emulator));
  emulator.expireSessions();
  const expired = { name: "ExpiredToken" };
  await expect(stsClient(emulator, { credentials }).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject(
    expired,
  );
  await expect(s3Client(emulator, { credentials }).send(new ListBucketsCommand({}))).rejects.toMatchObject(expired);
  const get = new GetObjectCommand({ Bucket: "box", Key: "key" });
  await expect(s3Client(emulator).send(get)).rejects.toMatchObject({ name: "NoSuchBucket" });
});
