import type { XmlElement } from "../http/xml.js";
import { isDenied } from "../identity/caller.js";
import { notAuthorized } from "./access-denied.js";
import { createConstraints, validationError } from "./constraints.js";
import type { StsCall } from "./sts-operation.js";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html */
export function getAccessKeyInfo({ caller, parameters, state }: StsCall): readonly XmlElement[] {
  const accessKeyId = parameters.get("AccessKeyId");
  const check = createConstraints();
  check.text("accessKeyId", accessKeyId, { required: true, min: 16, max: 128, pattern: /[\w]*/, sensitive: true });
  check.enforce();
  if (isDenied(caller, "sts", "GetAccessKeyInfo")) throw notAuthorized(caller, "sts:GetAccessKeyInfo", "*");
  const known = state.directory.longTermKey(accessKeyId ?? "") ?? state.sessions.session(accessKeyId ?? "");
  if (known === undefined) throw validationError("The access key ID is invalid");
  return [["Account", known.caller.accountId]];
}
