import { percentDecode } from "../http/percent-encoding.js";
import { parseQuery } from "../http/query-string.js";
import type { RawRequest } from "../http/raw-request.js";

/** What a path-style S3 request asks for. */
export interface S3Route {
  readonly operation: string;
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
}

const byLevel: Readonly<Record<"service" | "bucket" | "object", Readonly<Record<string, string>>>> = {
  service: { GET: "ListBuckets" },
  bucket: { PUT: "CreateBucket", HEAD: "HeadBucket", GET: "ListObjectsV2" },
  object: { PUT: "PutObject", GET: "GetObject", HEAD: "HeadObject", DELETE: "DeleteObject" },
};

/** Query parameters that leave the operation as it is. Any other makes it one that is not implemented here. */
const harmless = /^(x-id|x-amz-.*)$/i;
const listing = /^(list-type|prefix|delimiter|max-keys|start-after|continuation-token|encoding-type|fetch-owner)$/;

export function s3Route(request: RawRequest): S3Route {
  const query = parseQuery(request.query);
  const [, bucket = "", ...segments] = request.path
    .split("/")
    .map((segment) => percentDecode(segment).toString("utf8"));
  const key = segments.join("/");
  const level = objectLevel(bucket, key);
  const operation = byLevel[level][request.method] ?? "Unknown";
  return { operation: isPlain(operation, query) ? operation : "Unknown", bucket, key, query };
}

function objectLevel(bucket: string, key: string): "service" | "bucket" | "object" {
  if (bucket === "") return "service";
  return key === "" ? "bucket" : "object";
}

function isPlain(operation: string, query: ReadonlyMap<string, string>): boolean {
  const isListing = operation === "ListObjectsV2";
  if (isListing && query.get("list-type") !== "2") return false;
  return [...query.keys()].every((name) => harmless.test(name) || (isListing && listing.test(name)));
}
