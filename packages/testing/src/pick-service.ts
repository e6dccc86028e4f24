import type { RawRequest } from "./http/raw-request.js";
import type { Service } from "./service.js";
import { tryReadSignatureClaim } from "./sigv4/signature-claim.js";
import { looksLikeSts } from "./sts/sts-request.js";

/** Tells the services of one URL apart: by the credential scope, and where that names neither, by the request's shape. */
export function pickService(request: RawRequest, services: { readonly sts: Service; readonly s3: Service }): Service {
  return tryReadSignatureClaim(request)?.scope.service === "sts" || looksLikeSts(request) ? services.sts : services.s3;
}
