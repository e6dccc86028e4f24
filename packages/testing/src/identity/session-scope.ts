import type { Caller } from "./caller.js";

/**
 * Whether a session's own scope leaves an S3 operation out, whatever its user may do. The emulator evaluates no policies;
 * it knows that a federated user without any has no permissions, and what AssumeRoot's tasks allow of its operations.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/S3UnlockBucketPolicy.html
 */
export function isOutOfScope(caller: Caller, s3Operation: string): boolean {
  if (caller.kind === "federated-user") return caller.policy === undefined && caller.policyArns.length === 0;
  if (caller.kind !== "root-session") return false;
  return s3Operation !== "ListBuckets" || !caller.taskPolicyArn.endsWith("/S3UnlockBucketPolicy");
}
