import { deflateRawSync } from "node:zlib";
import { AwsError } from "../aws-error.js";
import type { SessionPolicies } from "./session-policy.js";
import type { SessionTag } from "./tag-parameters.js";

/** AWS does not publish its packed format or its limit. Ours is near what users report, and as unpredictable from outside. */
const packedLimitBytes = 2048;

/**
 * How much of the packed limit the session policies and tags use, in percent, rounded up; `undefined` without any.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length
 */
export function packedPolicySize(
  { policy, policyArns }: SessionPolicies,
  tags: readonly SessionTag[],
): number | undefined {
  const policies = [...(policy === undefined ? [] : [policy]), ...policyArns].join("\0");
  const tagText = tags.map(({ key, value }) => `${key}\0${value}`).join("\0");
  if (policies === "" && tagText === "") return undefined;
  const percent = Math.ceil((100 * packedBytes(policies + tagText)) / packedLimitBytes);
  if (percent <= 100) return percent;
  throw new AwsError(
    { status: 400, code: "PackedPolicyTooLarge" },
    policies === ""
      ? `Packed size of session tags consumes ${percent}% of allotted space.`
      : `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  );
}

function packedBytes(text: string): number {
  return text === "" ? 0 : deflateRawSync(Buffer.from(text, "utf8")).length;
}
