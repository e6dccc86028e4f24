import { Readable } from "node:stream";
import {
  type ChecksumAlgorithm,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { assumeRole, keysOf, s3Client, startEmulator } from "../emulator-fixture.js";

const Bucket = "box";

async function start(): Promise<S3Client> {
  return s3Client(await startEmulator({ buckets: [Bucket] }));
}

async function read(client: S3Client, Key: string): Promise<string | undefined> {
  return (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
}

test("creates buckets and lists them", async () => {
  const client = await start();
  await client.send(new CreateBucketCommand({ Bucket: "another" }));
  const { Buckets } = await client.send(new ListBucketsCommand({}));
  expect(Buckets?.map(({ Name }) => Name)).toEqual(["another", "box"]);
  await expect(client.send(new HeadBucketCommand({ Bucket }))).resolves.toBeDefined();
  await expect(client.send(new HeadBucketCommand({ Bucket: "none" }))).rejects.toMatchObject({ name: "NotFound" });
  await expect(client.send(new CreateBucketCommand({ Bucket }))).rejects.toMatchObject({
    name: "BucketAlreadyOwnedByYou",
  });
  await expect(client.send(new CreateBucketCommand({ Bucket: "No" }))).rejects.toMatchObject({
    name: "InvalidBucketName",
  });
});

test("puts, gets, heads and deletes an object", async () => {
  const client = await start();
  const Key = "key";
  await client.send(
    new PutObjectCommand({ Bucket, Key, Body: "content", ContentType: "text/x", Metadata: { a: "b" } }),
  );
  expect(await read(client, Key)).toBe("content");
  const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
  expect(head).toMatchObject({ ContentLength: 7, ContentType: "text/x", Metadata: { a: "b" } });
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
  await expect(read(client, Key)).rejects.toMatchObject({ name: "NoSuchKey" });
  await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: "NotFound" });
});

test("takes the streams that an unmodified client sends in chunks with a trailing checksum", async () => {
  const client = await start();
  const Body = Readable.from([Buffer.alloc(70_000, "a"), Buffer.from("end")]);
  await client.send(new PutObjectCommand({ Bucket, Key: "stream", Body, ContentLength: 70_003 }));
  expect(await read(client, "stream")).toBe(`${"a".repeat(70_000)}end`);
});

test.each(["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"] satisfies ChecksumAlgorithm[])(
  "takes an object with a %s checksum",
  async (ChecksumAlgorithm) => {
    const client = await start();
    await client.send(new PutObjectCommand({ Bucket, Key: "summed", Body: "content", ChecksumAlgorithm }));
    expect(await read(client, "summed")).toBe("content");
  },
);

test.each(["a b", "a//../b", "ü/é", "+&=?#%20", "(x)'!*~", "a%2Fb", "emoji 🎈", "trailing/"])(
  "keeps the key %s as it is",
  async (Key) => {
    const client = await start();
    await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
    expect(await read(client, Key)).toBe(Key);
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
    expect(Contents?.map((object) => object.Key)).toEqual([Key]);
  },
);

describe("listing", () => {
  async function filled(): Promise<S3Client> {
    const client = await start();
    for (const Key of ["c", "a/1", "a/2", "b/1", "a<&>"])
      await client.send(new PutObjectCommand({ Bucket, Key, Body: "content" }));
    return client;
  }

  test("folds keys by a delimiter", async () => {
    const client = await filled();
    const listed = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
    expect(listed.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["a/", "b/"]);
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["a<&>", "c"]);
  });

  test("goes on page by page", async () => {
    const client = await filled();
    const keys: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket })) {
      expect(page.Contents?.length).toBeLessThanOrEqual(2);
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
    }
    expect(keys).toEqual(["a/1", "a/2", "a<&>", "b/1", "c"]);
  });

  test("starts after a key", async () => {
    const client = await filled();
    const listed = await client.send(new ListObjectsV2Command({ Bucket, StartAfter: "a<&>" }));
    expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["b/1", "c"]);
  });

  test("refuses a bucket that is not there", async () => {
    const client = await filled();
    await expect(client.send(new ListObjectsV2Command({ Bucket: "none" }))).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
  });
});

test("says that it does not implement what it does not", async () => {
  const client = await start();
  await client.send(new PutObjectCommand({ Bucket, Key: "key", Body: "content" }));
  const ranged = client.send(new GetObjectCommand({ Bucket, Key: "key", Range: "bytes=0-1" }));
  await expect(ranged).rejects.toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
});

test("refuses what a role's sessions are denied, and nothing else", async () => {
  const emulator = await startEmulator({ roles: [{ roleName: "reader", deny: ["s3:PutObject"] }], buckets: [Bucket] });
  const client = s3Client(emulator, { credentials: keysOf(await assumeRole(emulator)) });
  await expect(client.send(new PutObjectCommand({ Bucket, Key: "key", Body: "content" }))).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining('perform: s3:PutObject on resource: "arn:aws:s3:::box/key"'),
  });
  await expect(client.send(new ListObjectsV2Command({ Bucket }))).resolves.toMatchObject({ KeyCount: 0 });
});
