import type { AuthenticationContext } from "../authenticate.js";
import type { Endpoint } from "../endpoint.js";
import { type RawRequest, singleHeader } from "../http/raw-request.js";
import { shownAccessKeyId } from "../identity/shown-access-key-id.js";
import type { Service } from "../service.js";
import { type SignatureClaim, tryReadSignatureClaim } from "../sigv4/signature-claim.js";
import type { RecordedRequest } from "./recorded-request.js";

/** What a request says of itself, for the record and for faults, before any of it is believed. */
export function describeRequest(
  request: RawRequest,
  { service, endpoint, context }: { service: Service; endpoint: Endpoint; context: AuthenticationContext },
): RecordedRequest {
  const { operation, parameters } = service.route(request);
  const claim = tryReadSignatureClaim(request);
  return {
    at: context.clock.now(),
    service: service.name,
    operation,
    parameters,
    host: singleHeader(request, "host") ?? "",
    userAgent: singleHeader(request, "user-agent") ?? "",
    ...(endpoint.region === undefined ? {} : { region: endpoint.region }),
    ...(claim === undefined ? {} : describeClaim(claim, context)),
  };
}

function describeClaim(
  { accessKeyId, scope, via }: SignatureClaim,
  { sessions, directory }: AuthenticationContext,
): Pick<RecordedRequest, "region" | "accessKeyId" | "principal" | "via"> {
  const known = sessions.session(accessKeyId) ?? directory.longTermKey(accessKeyId);
  return {
    via,
    region: scope.region,
    accessKeyId: shownAccessKeyId(accessKeyId),
    ...(known === undefined ? {} : { principal: known.caller.arn }),
  };
}
