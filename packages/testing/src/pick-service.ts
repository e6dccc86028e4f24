import type { RawRequest } from "./http/raw-request.js";
import type { Service } from "./service.js";
import { RequestRefused } from "./sigv4/refusal.js";
import { readSignatureClaim } from "./sigv4/signature-claim.js";
import { looksLikeSts } from "./sts/sts-request.js";

/** Tells the services of one URL apart: by the credential scope, and where that names neither, by the request's shape. */
export function pickService(request: RawRequest, services: { readonly sts: Service; readonly s3: Service }): Service {
  return scopedService(request) === "sts" || looksLikeSts(request) ? services.sts : services.s3;
}

function scopedService(request: RawRequest): string | undefined {
  try {
    return readSignatureClaim(request)?.scope.service;
  } catch (error) {
    if (error instanceof RequestRefused) return undefined;
    throw error;
  }
}
