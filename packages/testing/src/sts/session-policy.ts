import { AwsError } from "../aws-error.js";
import type { Role } from "../identity/directory.js";
import { validationError } from "./constraints.js";

/** Requires an inline session policy to be a policy document, as far as STS looks at one when a role is assumed. */
export function requirePolicyDocument(policy: string): void {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw malformed("This policy contains invalid Json");
  }
  if (typeof document !== "object" || document === null || !("Statement" in document))
    throw malformed("Syntax errors in policy.");
}

/** Managed session policies are AWS's own or of the role's account. */
export function requirePolicyArns(policyArns: readonly string[], role: Role): void {
  for (const arn of policyArns) {
    const [prefix, partition, service, , accountId, resource] = arn.split(":");
    const known =
      prefix === "arn" && service === "iam" && partition === role.partition && resource?.startsWith("policy/") === true;
    if (!known || (accountId !== "aws" && accountId !== role.accountId)) throw validationError(`${arn} is invalid`);
  }
}

function malformed(message: string): AwsError {
  return new AwsError({ status: 400, code: "MalformedPolicyDocument" }, message);
}
