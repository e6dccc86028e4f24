import type { RawRequest } from "../http/raw-request.js";
import { RequestRefused } from "./refusal.js";

/** Requires `host`, and every `x-amz-*` header that came, to be among the signed ones, and those to be there once each. */
export function requireSignedHeaders(request: RawRequest, signedHeaders: readonly string[]): void {
  if (!signedHeaders.includes("host")) throw new RequestRefused({ reason: "host-not-signed" });
  const unsigned = [...request.headers.keys()].filter(
    (name) => name.startsWith("x-amz-") && !signedHeaders.includes(name),
  );
  if (unsigned.length > 0) throw new RequestRefused({ reason: "headers-not-signed", names: unsigned });
}
