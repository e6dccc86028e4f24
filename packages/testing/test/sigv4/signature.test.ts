import { describe, expect, test } from "vitest";
import { createRawRequest, type RawRequest } from "../../src/http/raw-request.js";
import { canonicalRequest } from "../../src/sigv4/canonical-request.js";
import { sha256Hex, signature, stringToSign } from "../../src/sigv4/signature.js";

const secretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const scope = { date: "20130524", region: "us-east-1", service: "s3", terminator: "aws4_request" };

function request(url: string, rawHeaders: readonly string[], method = "GET"): RawRequest {
  return createRawRequest({ method, url, rawHeaders, body: Buffer.alloc(0) });
}

function canonicalPathOf(url: string, pathEncoding: "single" | "double"): string | undefined {
  return canonicalRequest({ request: request(url, []), signedHeaders: [], payloadHash: "", pathEncoding }).split(
    "\n",
  )[1];
}

function canonicalQueryOf(query: string): string | undefined {
  const raw = request(`/?${query}`, []);
  return canonicalRequest({ request: raw, signedHeaders: [], payloadHash: "", pathEncoding: "single" }).split("\n")[2];
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html and sigv4-query-string-auth.html
describe("the examples of AWS's documentation", () => {
  test("gives the signature of the GET object example", () => {
    const emptyHash = sha256Hex("");
    const canonical = canonicalRequest({
      request: request("/test.txt", [
        "Host",
        "examplebucket.s3.amazonaws.com",
        "Range",
        "bytes=0-9",
        "x-amz-content-sha256",
        emptyHash,
        "x-amz-date",
        "20130524T000000Z",
      ]),
      signedHeaders: ["host", "range", "x-amz-content-sha256", "x-amz-date"],
      payloadHash: emptyHash,
      pathEncoding: "single",
    });
    expect(signature(secretAccessKey, scope, stringToSign("20130524T000000Z", scope, canonical))).toBe(
      "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    );
  });

  test("gives the signature of the presigned URL example", () => {
    const query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host";
    const canonical = canonicalRequest({
      request: request(`/test.txt?${query}&X-Amz-Signature=left-out`, ["host", "examplebucket.s3.amazonaws.com"]),
      signedHeaders: ["host"],
      payloadHash: "UNSIGNED-PAYLOAD",
      pathEncoding: "single",
    });
    expect(signature(secretAccessKey, scope, stringToSign("20130524T000000Z", scope, canonical))).toBe(
      "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    );
  });
});

describe("the canonical request", () => {
  test("keeps an S3 path as it is, dots and empty segments included, in one encoding", () => {
    expect(canonicalPathOf("/b/a//../%c3%bc+(x)", "single")).toBe("/b/a//../%C3%BC%2B%28x%29");
  });

  test("normalises the path of other services and encodes it once more", () => {
    expect(canonicalPathOf("/a/./b//../c%20d/", "double")).toBe("/a/c%2520d/");
    expect(canonicalPathOf("/", "double")).toBe("/");
  });

  test("sorts query parameters by encoded name, then value, and keeps repeats and empty ones", () => {
    expect(canonicalQueryOf("b=2&a=z&a=B&a=b&c&%C3%BC=1&B=0")).toBe("%C3%BC=1&B=0&a=B&a=b&a=z&b=2&c=");
  });

  test("folds repeated headers with a comma and their inner spaces into one", () => {
    const canonical = canonicalRequest({
      request: request("/", ["X-Amz-A", "  one   two ", "x-amz-a", "three"]),
      signedHeaders: ["x-amz-a"],
      payloadHash: "",
      pathEncoding: "single",
    });
    expect(canonical).toContain("\nx-amz-a:one two,three\n");
  });
});
