import { AwsError } from "../aws-error.js";
import type { Answer } from "../http/answer.js";
import { percentEncode } from "../http/percent-encoding.js";
import type { XmlElement } from "../http/xml.js";
import type { StoredObject } from "./buckets.js";
import type { S3Call } from "./s3-operation.js";
import { renderS3Result } from "./s3-xml.js";

type Entry = { readonly key: string; readonly object: StoredObject } | { readonly prefix: string };

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export function listObjectsV2(call: S3Call): Answer {
  const { query, bucket } = call;
  const encode = query.get("encoding-type") === "url" ? encodeKey : String;
  const maxKeys = readMaxKeys(query.get("max-keys"));
  const entries = listEntries(call);
  const page = entries.slice(0, maxKeys);
  const isTruncated = entries.length > page.length && page.length > 0;
  return renderS3Result("ListBucketResult", [
    ["Name", bucket],
    ["Prefix", encode(query.get("prefix") ?? "")],
    ["Delimiter", query.has("delimiter") ? encode(query.get("delimiter") ?? "") : undefined],
    ["MaxKeys", maxKeys],
    ["EncodingType", query.get("encoding-type")],
    ["KeyCount", page.length],
    ["IsTruncated", isTruncated],
    ["ContinuationToken", query.get("continuation-token")],
    ["NextContinuationToken", isTruncated ? tokenAfter(page[page.length - 1]) : undefined],
    ...page.map((entry) => renderEntry(entry, encode)),
  ]);
}

/** For clients that cannot trust XML with every key; slashes stay. */
function encodeKey(key: string): string {
  return key
    .split("/")
    .map((segment) => percentEncode(Buffer.from(segment)))
    .join("/");
}

function listEntries({ query, bucket, state }: S3Call): readonly Entry[] {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const after = readStart(query);
  const entries = new Map<string, Entry>();
  for (const [key, object] of state.buckets.get(bucket).objects) {
    if (!key.startsWith(prefix)) continue;
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const shared = end === -1 ? undefined : key.slice(0, end + delimiter.length);
    entries.set(shared ?? key, shared === undefined ? { key, object } : { prefix: shared });
  }
  return [...entries]
    .filter(([name]) => compare(name, after) > 0)
    .sort(([a], [b]) => compare(a, b))
    .map(([, entry]) => entry);
}

/** S3 lists in the order of UTF-8 bytes. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function readStart(query: ReadonlyMap<string, string>): string {
  const token = query.get("continuation-token");
  return token === undefined ? (query.get("start-after") ?? "") : Buffer.from(token, "base64url").toString("utf8");
}

function tokenAfter(entry: Entry | undefined): string | undefined {
  return entry === undefined ? undefined : Buffer.from("key" in entry ? entry.key : entry.prefix).toString("base64url");
}

function readMaxKeys(text = "1000"): number {
  if (!/^\d{1,9}$/.test(text))
    throw new AwsError(
      { status: 400, code: "InvalidArgument" },
      "Provided max-keys not an integer or within integer range",
    );
  return Math.min(Number(text), 1000);
}

function renderEntry(entry: Entry, encode: (text: string) => string): XmlElement {
  if ("prefix" in entry) return ["CommonPrefixes", [["Prefix", encode(entry.prefix)]]];
  const { key, object } = entry;
  return [
    "Contents",
    [
      ["Key", encode(key)],
      ["LastModified", new Date(object.lastModifiedMs).toISOString()],
      ["ETag", object.etag],
      ["Size", object.content.length],
      ["StorageClass", "STANDARD"],
    ],
  ];
}
