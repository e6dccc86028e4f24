import type { SigningProfile } from "../authenticate.js";
import { AwsError } from "../aws-error.js";
import type { Service } from "../service.js";
import { sha256Hex } from "../sigv4/signature.js";
import { performOperation } from "./perform-operation.js";
import { shownStsParameters } from "./shown-parameters.js";
import type { StsState } from "./sts-operation.js";
import { stsRefusal } from "./sts-refusal.js";
import { readStsParameters } from "./sts-request.js";
import { renderStsError, renderStsResult } from "./sts-xml.js";

export function createStsService(state: StsState, maxClockSkewMs: number): Service {
  const signing: SigningProfile = {
    service: "sts",
    pathEncoding: "double",
    maxClockSkewMs,
    payloadHash: (request) => sha256Hex(request.body),
  };
  return {
    name: "sts",
    signing,
    route(request) {
      const parameters = readStsParameters(request);
      return { operation: parameters.get("Action") ?? "Unknown", parameters: shownStsParameters(parameters) };
    },
    async handle(call) {
      const parameters = readStsParameters(call.request);
      const result = await performOperation(call, parameters, state);
      return renderStsResult(parameters.get("Action") ?? "", call.requestId, result);
    },
    refuse: stsRefusal,
    renderError: renderStsError,
    throttled: () => new AwsError({ status: 400, code: "Throttling" }, "Rate exceeded"),
    failed: () => new AwsError({ status: 500, code: "InternalFailure" }, "An internal failure has occurred."),
  };
}
