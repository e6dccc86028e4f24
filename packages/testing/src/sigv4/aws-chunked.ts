import { RequestRefused } from "./refusal.js";

export interface AwsChunkedBody {
  readonly content: Buffer;
  /** By lower-case name. */
  readonly trailers: ReadonlyMap<string, string>;
}

/**
 * Takes the `aws-chunked` framing off a body: `<size in hex>\r\n<bytes>\r\n`…, a chunk of size 0, then trailers.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function decodeAwsChunked(body: Buffer): AwsChunkedBody {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const line = readLine(body, at);
    const size = chunkSize(line.text);
    at = line.next;
    if (size === 0) return { content: Buffer.concat(chunks), trailers: readTrailers(body, at) };
    if (body.toString("latin1", at + size, at + size + 2) !== "\r\n")
      throw malformed("A chunk is not as long as it says");
    chunks.push(body.subarray(at, at + size));
    at += size + 2;
  }
}

function chunkSize(line: string): number {
  // Extensions (`;chunk-signature=…`) belong to the signed forms, which no current SDK uses over a verified connection.
  if (!/^[0-9a-fA-F]{1,8}$/.test(line)) throw malformed("A chunk has no size");
  return Number.parseInt(line, 16);
}

function readTrailers(body: Buffer, from: number): ReadonlyMap<string, string> {
  const trailers = new Map<string, string>();
  let at = from;
  while (at < body.length) {
    const line = readLine(body, at);
    at = line.next;
    if (line.text === "") break;
    const colon = line.text.indexOf(":");
    if (colon < 1) throw malformed("A trailer has no name");
    trailers.set(line.text.slice(0, colon).trim().toLowerCase(), line.text.slice(colon + 1).trim());
  }
  if (at < body.length) throw malformed("Bytes follow the last chunk");
  return trailers;
}

function readLine(body: Buffer, from: number): { text: string; next: number } {
  const end = body.indexOf("\r\n", from, "latin1");
  if (end === -1) throw malformed("The body ends before its last chunk");
  return { text: body.toString("latin1", from, end), next: end + 2 };
}

function malformed(detail: string): RequestRefused {
  return new RequestRefused({ reason: "malformed-payload", detail });
}
