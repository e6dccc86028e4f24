import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeAwsChunked } from "../../src/sigv4/aws-chunked.js";

const chunk = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes));

test("gives back what was framed, whatever the bytes and wherever they were cut", () => {
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 8 }), (chunks) => {
      const framed = chunks.flatMap((bytes) => [
        Buffer.from(`${bytes.length.toString(16)}\r\n`),
        bytes,
        Buffer.from("\r\n"),
      ]);
      const body = Buffer.concat([...framed, Buffer.from("0\r\nx-amz-t:v\r\n\r\n")]);
      const { content, trailers } = decodeAwsChunked(body);
      expect(content.equals(Buffer.concat(chunks))).toBe(true);
      expect(trailers.get("x-amz-t")).toBe("v");
    }),
  );
});

test("refuses whatever is not framed, and never fails otherwise", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodeAwsChunked(Buffer.from(bytes));
      } catch (error) {
        expect(error).toMatchObject({ name: "RequestRefused" });
      }
    }),
  );
});
