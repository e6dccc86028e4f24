import { percentDecode, percentEncode } from "../http/percent-encoding.js";
import { parseQueryPairs } from "../http/query-string.js";
import type { RawRequest } from "../http/raw-request.js";

export interface CanonicalRequestInput {
  readonly request: RawRequest;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
  /** `single`: S3, the path as sent. `double`: every other service, a normalised path encoded once more. */
  readonly pathEncoding: "single" | "double";
}

/**
 * The canonical request that a SigV4 signature covers, built from the wire and not from anything parsed, as latin1 text
 * so that one character is one byte.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function canonicalRequest(input: CanonicalRequestInput): string {
  const { request, signedHeaders, payloadHash } = input;
  return [
    request.method,
    input.pathEncoding === "single" ? canonicalS3Path(request.path) : canonicalPath(request.path),
    canonicalQuery(request.query),
    ...signedHeaders.map((name) => `${name}:${canonicalHeaderValue(request, name)}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

function canonicalS3Path(path: string): string {
  return path
    .split("/")
    .map((segment) => percentEncode(percentDecode(segment)))
    .join("/");
}

function canonicalPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  const trailing = kept.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${kept.map((segment) => percentEncode(Buffer.from(segment, "latin1"))).join("/")}${trailing}`;
}

function canonicalQuery(query: string): string {
  return parseQueryPairs(query)
    .map(({ name, value }) => ({ name: percentEncode(name), value: percentEncode(value) }))
    .filter(({ name }) => name !== "X-Amz-Signature")
    .sort((a, b) => compare(a.name, b.name) || compare(a.value, b.value))
    .map(({ name, value }) => `${name}=${value}`)
    .join("&");
}

function canonicalHeaderValue(request: RawRequest, name: string): string {
  return (request.headers.get(name) ?? []).map((value) => value.trim().replace(/ +/g, " ")).join(",");
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
