import { AwsError } from "../aws-error.js";
import type { Caller } from "../identity/caller.js";
import type { AssumeRoleInput } from "./assume-role-input.js";

/**
 * The tags that the new session passes on: what the caller's session passed on to it, and what is made transitive now.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
 */
export function transitiveTags(input: AssumeRoleInput, caller: Caller): ReadonlyMap<string, string> {
  const byKey = new Map(input.tags.map((tag) => [tag.key.toLowerCase(), tag]));
  if (byKey.size < input.tags.length) {
    throw invalidParameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
  }
  const inherited = caller.kind === "role-session" ? caller.transitiveTags : new Map<string, string>();
  if ([...inherited.keys()].some((key) => byKey.has(key.toLowerCase()))) {
    throw invalidParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const added = input.transitiveTagKeys.map((key): [string, string] => {
    const tag = byKey.get(key.toLowerCase());
    if (tag === undefined)
      throw invalidParameter("The specified transitive tag key must be included in the requested tags.");
    return [tag.key, tag.value];
  });
  return new Map([...inherited, ...added]);
}

function invalidParameter(message: string): AwsError {
  return new AwsError({ status: 400, code: "InvalidParameterValue" }, message);
}
