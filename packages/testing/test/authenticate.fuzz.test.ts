import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createRawRequest } from "../src/http/raw-request.js";
import { canonicalRequest } from "../src/sigv4/canonical-request.js";
import { assumeRole, keysOf, s3Client, startEmulator, stsClient } from "./emulator-fixture.js";
import { type Keys, percentEscape, presignedBySdk, sendWire, signedByClient, type WireRequest } from "./wire.js";

const role = { roleName: "reader" };
const roleArn = "arn:aws:iam::123456789012:role/reader";

async function setUp() {
  const emulator = await startEmulator({ roles: [role], buckets: ["box"] });
  return { emulator, credentials: keysOf(await assumeRole(emulator)) };
}

/** Another character at some place of a text. */
function alter(text: string, seed: { readonly at: number; readonly character: string }): string {
  const at = seed.at % text.length;
  return text.slice(0, at) + (text[at] === seed.character ? "~" : seed.character) + text.slice(at + 1);
}

const change = fc.record({ at: fc.nat(10_000), character: fc.constantFrom(..."abcXYZ019._-/+=") });

/** Some spellings of a path or a query are one and the same request; a signature cannot tell them apart, and need not. */
function canonicalTarget(target: string): string {
  const request = createRawRequest({ method: "GET", url: target, rawHeaders: [], body: Buffer.alloc(0) });
  return canonicalRequest({ request, signedHeaders: [], payloadHash: "", pathEncoding: "single" });
}

function signedAssume(url: string, credentials: Keys): Promise<WireRequest> {
  const client = new STSClient({ endpoint: url, region: "us-east-1", credentials });
  const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "session", ExternalId: "some-id" });
  return signedByClient(client, () => client.send(command));
}

function signedPut(url: string, credentials: Keys): Promise<WireRequest> {
  const client = new S3Client({ endpoint: url, region: "us-east-1", forcePathStyle: true, credentials });
  const command = new PutObjectCommand({ Bucket: "box", Key: "some/key", Body: "content", Metadata: { m: "value" } });
  return signedByClient(client, () => client.send(command));
}

test.each([
  ["STS", signedAssume],
  ["S3", signedPut],
])("%s refuses any signed header with one character changed", async (_service, sign) => {
  const { emulator, credentials } = await setUp();
  const signed = await sign(emulator.url, credentials);
  expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 200 });
  const signedNames = /SignedHeaders=([^,]+)/.exec(signed.headers["authorization"] ?? "")?.[1]?.split(";") ?? [];
  // The server frames by content-length, and tells the two forms apart by content-type: they have tests of their own.
  const names = signedNames.filter((name) => name !== "content-length" && name !== "host");
  expect(names).toContain("x-amz-security-token");
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), change, async (name, seed) => {
      const headers = { ...signed.headers, [name]: alter(signed.headers[name] ?? "", seed) };
      const answer = await sendWire(emulator.port, { ...signed, headers });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }),
    { numRuns: 150 },
  );
});

test.each([
  ["STS", signedAssume],
  ["S3", signedPut],
])("%s refuses an Authorization header with one character changed", async (_service, sign) => {
  const { emulator, credentials } = await setUp();
  const signed = await sign(emulator.url, credentials);
  expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 200 });
  await fc.assert(
    fc.asyncProperty(change, async (seed) => {
      const authorization = alter(signed.headers["authorization"] ?? "", seed);
      const answer = await sendWire(emulator.port, { ...signed, headers: { ...signed.headers, authorization } });
      expect([400, 403]).toContain(answer.status);
    }),
    { numRuns: 150 },
  );
});

test.each([
  ["STS", signedAssume],
  ["S3", signedPut],
])("%s refuses a body with one character changed", async (_service, sign) => {
  const { emulator, credentials } = await setUp();
  const signed = await sign(emulator.url, credentials);
  expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 200 });
  await fc.assert(
    fc.asyncProperty(change, async (seed) => {
      const answer = await sendWire(emulator.port, { ...signed, body: alter(signed.body, seed) });
      expect(answer.code).toMatch(/^(SignatureDoesNotMatch|XAmzContentSHA256Mismatch)$/);
    }),
    { numRuns: 60 },
  );
});

test.each(["s3", "sts"] as const)("%s refuses a presigned URL with one character changed", async (service) => {
  const { emulator, credentials } = await setUp();
  const path = service === "s3" ? "/box/some/key" : "/";
  const query: Record<string, string> =
    service === "s3" ? { "X-Amz-Test": "y" } : { Action: "GetCallerIdentity", Version: "2011-06-15" };
  const signed = await presignedBySdk({ url: emulator.url, service, path, query, credentials });
  expect(await sendWire(emulator.port, signed)).toMatchObject({ status: service === "s3" ? 404 : 200 });
  await fc.assert(
    fc.asyncProperty(change, async (seed) => {
      const target = `/${alter(signed.target.slice(1), seed)}`;
      fc.pre(canonicalTarget(target) !== canonicalTarget(signed.target) || !sameSignature(target, signed.target));
      const answer = await sendWire(emulator.port, { ...signed, target });
      expect([400, 403]).toContain(answer.status);
    }),
    { numRuns: 250 },
  );
});

function sameSignature(a: string, b: string): boolean {
  const signatureOf = (target: string) => /X-Amz-Signature=([^&]*)/.exec(target)?.[1];
  return signatureOf(a) === signatureOf(b);
}

test("S3 believes and keeps any object key that a client signs", async () => {
  const { emulator, credentials } = await setUp();
  const client = s3Client(emulator, { credentials });
  // XML 1.0 has no way to say most control characters, and a lone surrogate is no text.
  const key = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((text) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text));
  await fc.assert(
    fc.asyncProperty(key, async (Key) => {
      await client.send(new PutObjectCommand({ Bucket: "box", Key, Body: `of ${Key}` }));
      const { Body } = await client.send(new GetObjectCommand({ Bucket: "box", Key }));
      expect(await Body?.transformToString()).toBe(`of ${Key}`);
    }),
    { numRuns: 80 },
  );
});

test("S3 believes any query value that a client signs", async () => {
  const { emulator, credentials } = await setUp();
  const client = s3Client(emulator, { credentials });
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.string({ maxLength: 40 }),
      async (Prefix, StartAfter) => {
        const listed = await client.send(new ListObjectsV2Command({ Bucket: "box", Prefix, StartAfter }));
        expect(listed.$metadata.httpStatusCode).toBe(200);
      },
    ),
    { numRuns: 60 },
  );
});

test("STS believes any parameter that a client signs", async () => {
  const { emulator } = await setUp();
  const client = stsClient(emulator);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", minLength: 1, maxLength: 60 }), async (Policy) => {
      const command = new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "session", Policy });
      const refused = await client.send(command).catch((error: Error) => error);
      // Believed, and then refused for what it is.
      expect((refused as Error).name).toMatch(/^(MalformedPolicyDocument|ValidationError)/);
    }),
    { numRuns: 60 },
  );
});

test("S3 takes presigned URLs of any key and query value", async () => {
  const { emulator, credentials } = await setUp();
  const segment = fc.string({ minLength: 1, maxLength: 20 }).map(percentEscape);
  await fc.assert(
    fc.asyncProperty(segment, fc.string({ maxLength: 20 }), async (name, value) => {
      const query = { "X-Amz-Test": value };
      const signed = await presignedBySdk({
        url: emulator.url,
        service: "s3",
        path: `/box/${name}`,
        query,
        credentials,
      });
      expect(await sendWire(emulator.port, signed)).toMatchObject({ status: 404, code: "NoSuchKey" });
    }),
    { numRuns: 60 },
  );
});
