import type { SigningProfile } from "../authenticate.js";
import { AwsError } from "../aws-error.js";
import type { Answer } from "../http/answer.js";
import type { Service, ServiceCall } from "../service.js";
import { sha256Hex } from "../sigv4/signature.js";
import { assumeRole } from "./assume-role.js";
import { getCallerIdentity } from "./get-caller-identity.js";
import { shownStsParameters } from "./shown-parameters.js";
import type { StsOperation, StsState } from "./sts-operation.js";
import { stsRefusal } from "./sts-refusal.js";
import { readStsParameters } from "./sts-request.js";
import { renderStsError, renderStsResult } from "./sts-xml.js";

const operations: ReadonlyMap<string, StsOperation> = new Map<string, StsOperation>([
  ["AssumeRole", assumeRole],
  ["GetCallerIdentity", getCallerIdentity],
]);

export const stsOperationNames: readonly string[] = [...operations.keys()];

const apiVersion = "2011-06-15";

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
    handle: (call) => handle(call, state),
    refuse: stsRefusal,
    renderError: renderStsError,
    throttled: () => new AwsError({ status: 400, code: "Throttling" }, "Rate exceeded"),
    failed: () => new AwsError({ status: 500, code: "InternalFailure" }, "An internal failure has occurred."),
  };
}

function handle({ request, caller, requestId }: ServiceCall, state: StsState): Answer {
  const parameters = readStsParameters(request);
  const action = parameters.get("Action");
  if (action === undefined)
    throw new AwsError({ status: 400, code: "MissingAction" }, "The request must contain the parameter Action");
  const operation = operations.get(action);
  if (operation === undefined || parameters.get("Version") !== apiVersion) {
    const version = parameters.get("Version") ?? "NO_VERSION_SPECIFIED";
    throw new AwsError(
      { status: 400, code: "InvalidAction" },
      `Could not find operation ${action} for version ${version}`,
    );
  }
  return renderStsResult(action, requestId, operation({ caller, parameters, state }));
}
