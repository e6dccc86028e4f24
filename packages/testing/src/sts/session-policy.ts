import { AwsError } from "../aws-error.js";
import { type Constraints, validationError } from "./constraints.js";
import { listParameter } from "./list-parameter.js";

/** The policies that scope a session down. */
export interface SessionPolicies {
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the service model's own pattern, tabs and line ends included
const policyText = /[\u0009\u000A\u000D\u0020-\u00FF]+/;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session */
export function readSessionPolicies(parameters: ReadonlyMap<string, string>, check: Constraints): SessionPolicies {
  const policy = parameters.get("Policy");
  const policyArns = listParameter(parameters, "PolicyArns").map((member) => member.get("arn") ?? "");
  check.text("policy", policy, { min: 1, max: 2048, pattern: policyText, sensitive: true });
  check.atMost("policyArns", policyArns, 10);
  for (const [at, value] of policyArns.entries()) {
    check.text(`policyArns.${at + 1}.member.arn`, value, { min: 20, max: 2048 });
  }
  return { policy, policyArns };
}

/** Requires an inline session policy to be a policy document, as far as STS looks at one when it gives a session. */
export function requirePolicyDocument(policy: string | undefined): void {
  if (policy === undefined) return;
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
  if (typeof document !== "object" || document === null || !("Statement" in document))
    throw malformed("Syntax errors in policy.");
}

/** Managed session policies are AWS's own or of the account that the session is in. */
export function requirePolicyArns(
  policyArns: readonly string[],
  account: { readonly partition: string; readonly accountId: string },
): void {
  for (const arn of policyArns) {
    const [prefix, partition, service, , accountId, resource] = arn.split(":");
    const known =
      prefix === "arn" &&
      service === "iam" &&
      partition === account.partition &&
      resource?.startsWith("policy/") === true;
    if (!known || (accountId !== "aws" && accountId !== account.accountId)) throw validationError(`${arn} is invalid`);
  }
}

function malformed(message: string): AwsError {
  return new AwsError({ status: 400, code: "MalformedPolicyDocument" }, message);
}
