import { describe, expect, test } from "vitest";
import { createRawRequest } from "../../src/http/raw-request.js";
import { decodeAwsChunked } from "../../src/sigv4/aws-chunked.js";
import { crc32c } from "../../src/sigv4/crc32c.js";
import { verifiedPayload } from "../../src/sigv4/payload.js";

const trailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

function payload(body: string, headers: Readonly<Record<string, string>>, declared: string): string {
  const rawHeaders = Object.entries(headers).flat();
  const request = createRawRequest({ method: "PUT", url: "/b/k", rawHeaders, body: Buffer.from(body) });
  return verifiedPayload(request, declared).toString();
}

describe("aws-chunked", () => {
  test("takes the framing off and reads the trailers", () => {
    const { content, trailers } = decodeAwsChunked(
      Buffer.from("3\r\nabc\r\nA\r\n0123456789\r\n0\r\nX-Amz-T: v\r\n\r\n"),
    );
    expect(content.toString()).toBe("abc0123456789");
    expect([...trailers]).toEqual([["x-amz-t", "v"]]);
  });

  test.each([
    ["no size", "abc\r\n"],
    ["an empty size", "\r\n"],
    ["a chunk that is longer than its size", "2\r\nabc\r\n0\r\n\r\n"],
    ["a chunk that is shorter than its size", "4\r\nabc\r\n0\r\n\r\n"],
    ["no last chunk", "3\r\nabc\r\n"],
    ["bytes after the trailers", "0\r\n\r\nmore"],
    ["a trailer without a name", "0\r\n: v\r\n\r\n"],
  ])("refuses %s", (_what, body) => {
    expect(() => decodeAwsChunked(Buffer.from(body))).toThrow("malformed-payload");
  });
});

describe("a payload", () => {
  test("is refused when it is not what its hash says", () => {
    expect(() => payload("changed", {}, "0".repeat(64))).toThrow("payload-mismatch");
  });

  test("is refused when its hash is of a kind that is not known", () => {
    expect(() => payload("", {}, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")).toThrow("unsupported-payload-hash");
  });

  test("is refused when a checksum header does not fit, though it is unsigned", () => {
    const right = { "x-amz-checksum-crc32": "NSRBwg==" };
    expect(payload("abc", right, "UNSIGNED-PAYLOAD")).toBe("abc");
    expect(() => payload("abd", right, "UNSIGNED-PAYLOAD")).toThrow("checksum-mismatch");
  });

  test("is refused when its trailing checksum does not fit", () => {
    expect(payload("3\r\nabc\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n", {}, trailer)).toBe("abc");
    const changed = "3\r\nabd\r\n0\r\nx-amz-checksum-crc32:NSRBwg==\r\n\r\n";
    expect(() => payload(changed, {}, trailer)).toThrow("checksum-mismatch");
  });

  test("is refused when it is not as long as it says", () => {
    const headers = { "x-amz-decoded-content-length": "4" };
    expect(() => payload("3\r\nabc\r\n0\r\n\r\n", headers, trailer)).toThrow("malformed-payload");
  });
});

test("CRC-32C gives the check value of its catalogue entry", () => {
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});
