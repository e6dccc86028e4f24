import { createConstraints } from "./constraints.js";
import { listParameter } from "./list-parameter.js";
import { type MfaParameters, readMfaParameters } from "./mfa.js";
import {
  type RoleSessionParameters,
  readRoleSessionParameters,
  requireArnForm,
  roleSessionNameRule,
} from "./role-session-parameters.js";
import { readTags, type SessionTag, tagKeyRule } from "./tag-parameters.js";

/** AssumeRole's parameters, each within its own bounds. */
export interface AssumeRoleInput extends RoleSessionParameters, MfaParameters {
  readonly roleSessionName: string;
  readonly tags: readonly SessionTag[];
  readonly transitiveTagKeys: readonly string[];
  readonly externalId: string | undefined;
  readonly sourceIdentity: string | undefined;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters */
export function readAssumeRoleInput(parameters: ReadonlyMap<string, string>): AssumeRoleInput {
  const check = createConstraints();
  const roleSessionName = parameters.get("RoleSessionName");
  const externalId = parameters.get("ExternalId");
  const sourceIdentity = parameters.get("SourceIdentity");
  check.text("roleSessionName", roleSessionName, { ...roleSessionNameRule, required: true });
  check.text("externalId", externalId, { min: 2, max: 1224, pattern: /[\w+=,.@:/-]*/, sensitive: true });
  check.text("sourceIdentity", sourceIdentity, { min: 2, max: 64, pattern: /[\w+=,.@-]*/ });
  const transitiveTagKeys = listParameter(parameters, "TransitiveTagKeys").map((member) => member.get("") ?? "");
  check.atMost("transitiveTagKeys", transitiveTagKeys, 50);
  for (const [at, key] of transitiveTagKeys.entries()) {
    check.text(`transitiveTagKeys.${at + 1}.member`, key, tagKeyRule);
  }
  const input: AssumeRoleInput = {
    ...readRoleSessionParameters(parameters, check),
    ...readMfaParameters(parameters, check),
    roleSessionName: roleSessionName ?? "",
    tags: readTags(parameters, check),
    transitiveTagKeys,
    externalId,
    sourceIdentity,
  };
  check.enforce();
  requireArnForm(input.roleArn);
  return input;
}
