import { parseQuery } from "../http/query-string.js";
import { type RawRequest, singleHeader } from "../http/raw-request.js";
import { decodeAwsChunked } from "./aws-chunked.js";
import { verifyChecksums } from "./payload-checksums.js";
import { RequestRefused } from "./refusal.js";
import { sha256Hex } from "./signature.js";
import type { SignatureClaim } from "./signature-claim.js";

const unsignedPayload = "UNSIGNED-PAYLOAD";
const unsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/**
 * What stands for the payload in S3's canonical request: the hash that the request declares, because S3 verifies a
 * signature before it has seen the body.
 */
export function declaredPayloadHash(request: RawRequest, claim: SignatureClaim): string {
  const declared =
    singleHeader(request, "x-amz-content-sha256") ?? parseQuery(request.query).get("X-Amz-Content-Sha256");
  if (declared !== undefined) return declared;
  if (claim.via === "query") return unsignedPayload;
  throw new RequestRefused({ reason: "missing-payload-hash" });
}

/** The object's bytes, once they are what the declared hash and checksums say. */
export function verifiedPayload(request: RawRequest, declared: string): Buffer {
  if (declared === unsignedTrailer) {
    const { content, trailers } = decodeAwsChunked(request.body);
    requireDecodedLength(request, content.length);
    verifyChecksums(content, (name) => trailers.get(name) ?? singleHeader(request, name));
    return content;
  }
  if (declared !== unsignedPayload) requireHash(request.body, declared);
  verifyChecksums(request.body, (name) => singleHeader(request, name));
  return request.body;
}

function requireHash(body: Buffer, declared: string): void {
  if (!/^[0-9a-f]{64}$/.test(declared)) throw new RequestRefused({ reason: "unsupported-payload-hash" });
  const computed = sha256Hex(body);
  if (computed !== declared) throw new RequestRefused({ reason: "payload-mismatch", claimed: declared, computed });
}

function requireDecodedLength(request: RawRequest, length: number): void {
  const declared = singleHeader(request, "x-amz-decoded-content-length");
  if (declared !== undefined && Number(declared) !== length) {
    throw new RequestRefused({
      reason: "malformed-payload",
      detail: "The body is not as long as x-amz-decoded-content-length says",
    });
  }
}
