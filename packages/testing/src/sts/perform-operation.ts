import { AwsError } from "../aws-error.js";
import type { XmlElement } from "../http/xml.js";
import type { ServiceCall } from "../service.js";
import { tryReadSignatureClaim } from "../sigv4/signature-claim.js";
import { requirePermittedKind } from "./caller-restrictions.js";
import { requireActivatedRegion } from "./region-activation.js";
import { arnAccountId } from "./role-session-parameters.js";
import type { StsCall, StsOperation, StsState, UnsignedStsCall, UnsignedStsOperation } from "./sts-operation.js";
import { signedOperations, unsignedOperations } from "./sts-operations.js";

const apiVersion = "2011-06-15";

/** Performs what a request asks for: the elements of the operation's result. */
export async function performOperation(
  call: ServiceCall,
  parameters: ReadonlyMap<string, string>,
  state: StsState,
): Promise<readonly XmlElement[]> {
  const claim = tryReadSignatureClaim(call.request);
  const region = call.endpoint.region ?? claim?.scope.region;
  const asked: UnsignedStsCall = { parameters, state, region, global: call.endpoint.global };
  const action = parameters.get("Action") ?? "";
  const unsigned = unsignedOperations.get(action);
  return unsigned === undefined
    ? performSigned(action, call, { ...asked, accessKeyId: claim?.accessKeyId ?? "" })
    : performUnsigned(action, unsigned, asked);
}

async function performSigned(
  action: string,
  call: ServiceCall,
  asked: Omit<StsCall, "caller">,
): Promise<readonly XmlElement[]> {
  const caller = call.authenticate();
  const operation = signedOperation(action, asked.parameters);
  const { region, state } = asked;
  requirePermittedKind(caller, action);
  requireActivatedRegion({ action, region, accountId: caller.accountId }, state.disabledRegions);
  return operation({ ...asked, caller });
}

async function performUnsigned(
  action: string,
  operation: UnsignedStsOperation,
  asked: UnsignedStsCall,
): Promise<readonly XmlElement[]> {
  const { parameters, region, state } = asked;
  requireVersion(action, parameters);
  const accountId = arnAccountId(parameters.get("RoleArn") ?? "");
  requireActivatedRegion({ action, region, accountId }, state.disabledRegions);
  return operation(asked);
}

function signedOperation(action: string, parameters: ReadonlyMap<string, string>): StsOperation {
  if (action === "")
    throw new AwsError({ status: 400, code: "MissingAction" }, "The request must contain the parameter Action");
  const operation = signedOperations.get(action);
  if (operation === undefined) throw invalidAction(action, parameters);
  requireVersion(action, parameters);
  return operation;
}

function requireVersion(action: string, parameters: ReadonlyMap<string, string>): void {
  if (parameters.get("Version") !== apiVersion) throw invalidAction(action, parameters);
}

function invalidAction(action: string, parameters: ReadonlyMap<string, string>): AwsError {
  const version = parameters.get("Version") ?? "NO_VERSION_SPECIFIED";
  return new AwsError(
    { status: 400, code: "InvalidAction" },
    `Could not find operation ${action} for version ${version}`,
  );
}
