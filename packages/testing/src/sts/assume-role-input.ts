import { AwsError } from "../aws-error.js";
import { createConstraints, validationError } from "./constraints.js";
import { listParameter } from "./list-parameter.js";

/** AssumeRole's parameters, each within its own bounds. */
export interface AssumeRoleInput {
  readonly roleArn: string;
  readonly roleSessionName: string;
  readonly durationSeconds: number | undefined;
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
  readonly tags: readonly SessionTag[];
  readonly transitiveTagKeys: readonly string[];
  readonly externalId: string | undefined;
  readonly serialNumber: string | undefined;
  readonly tokenCode: string | undefined;
  readonly sourceIdentity: string | undefined;
}

export interface SessionTag {
  readonly key: string;
  readonly value: string;
}

const name = /[\w+=,.@-]*/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the service model's own pattern, tabs and line ends included
const policyText = /[\u0009\u000A\u000D\u0020-\u00FF]+/;
const tagText = /[\p{L}\p{Z}\p{N}_.:/=+\-@]+/u;
const tagValue = /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u;
const arn = { min: 20, max: 2048 };

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters */
export function readAssumeRoleInput(parameters: ReadonlyMap<string, string>): AssumeRoleInput {
  const input: AssumeRoleInput = {
    roleArn: parameters.get("RoleArn") ?? "",
    roleSessionName: parameters.get("RoleSessionName") ?? "",
    durationSeconds: readSeconds(parameters.get("DurationSeconds")),
    policy: parameters.get("Policy"),
    policyArns: listParameter(parameters, "PolicyArns").map((member) => member.get("arn") ?? ""),
    tags: listParameter(parameters, "Tags").map((member) => ({
      key: member.get("Key") ?? "",
      value: member.get("Value") ?? "",
    })),
    transitiveTagKeys: listParameter(parameters, "TransitiveTagKeys").map((member) => member.get("") ?? ""),
    externalId: parameters.get("ExternalId"),
    serialNumber: parameters.get("SerialNumber"),
    tokenCode: parameters.get("TokenCode"),
    sourceIdentity: parameters.get("SourceIdentity"),
  };
  requireBounds(input, parameters);
  return input;
}

function requireBounds(input: AssumeRoleInput, parameters: ReadonlyMap<string, string>): void {
  const check = createConstraints();
  check.text("roleArn", parameters.get("RoleArn"), { required: true, ...arn });
  check.text("roleSessionName", parameters.get("RoleSessionName"), { required: true, min: 2, max: 64, pattern: name });
  check.integer("durationSeconds", input.durationSeconds, { min: 900, max: 43_200 });
  check.text("policy", input.policy, { min: 1, max: 2048, pattern: policyText, sensitive: true });
  check.text("externalId", input.externalId, { min: 2, max: 1224, pattern: /[\w+=,.@:/-]*/, sensitive: true });
  check.text("serialNumber", input.serialNumber, { min: 9, max: 256, pattern: /[\w+=/:,.@-]*/ });
  check.text("tokenCode", input.tokenCode, { min: 6, max: 6, pattern: /\d*/, sensitive: true });
  check.text("sourceIdentity", input.sourceIdentity, { min: 2, max: 64, pattern: name });
  check.atMost("policyArns", input.policyArns, 10);
  check.atMost(
    "tags",
    input.tags.map(({ key }) => key),
    50,
  );
  check.atMost("transitiveTagKeys", input.transitiveTagKeys, 50);
  for (const [at, value] of input.policyArns.entries()) check.text(`policyArns.${at + 1}.member.arn`, value, arn);
  for (const [at, { key, value }] of input.tags.entries()) {
    check.text(`tags.${at + 1}.member.key`, key, { min: 1, max: 128, pattern: tagText });
    check.text(`tags.${at + 1}.member.value`, value, { min: 0, max: 256, pattern: tagValue });
  }
  for (const [at, key] of input.transitiveTagKeys.entries()) {
    check.text(`transitiveTagKeys.${at + 1}.member`, key, { min: 1, max: 128, pattern: tagText });
  }
  check.enforce();
  if (!/^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$/.test(input.roleArn)) throw validationError(`${input.roleArn} is invalid`);
}

function readSeconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(text))
    throw new AwsError({ status: 400, code: "MalformedInput" }, "DurationSeconds must be a whole number");
  return Number(text);
}
