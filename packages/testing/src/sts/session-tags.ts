import { AwsError } from "../aws-error.js";
import type { Caller } from "../identity/caller.js";
import type { SessionTag } from "./tag-parameters.js";

/** The tags of a session, by key as it was written. */
export interface SessionTags {
  /** All of them: what was passed on to the session, and what it was asked with. */
  readonly tags: ReadonlyMap<string, string>;
  /** Those that the session passes on. */
  readonly transitiveTags: ReadonlyMap<string, string>;
}

/** The tags that are asked for, and the keys of those that are to be transitive. */
export interface AskedTags {
  readonly tags: readonly SessionTag[];
  readonly transitiveTagKeys: readonly string[];
}

/**
 * The tags of the new session. What the caller's session passed on to it can't be set again.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining
 */
export function sessionTags(asked: AskedTags, caller?: Caller): SessionTags {
  const byKey = requireDistinctKeys(asked.tags);
  const inherited = caller?.kind === "role-session" ? caller.transitiveTags : new Map<string, string>();
  if ([...inherited.keys()].some((key) => byKey.has(key.toLowerCase()))) {
    throw invalidParameter(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    );
  }
  const added = asked.transitiveTagKeys.map((key): [string, string] => {
    const tag = byKey.get(key.toLowerCase());
    if (tag === undefined)
      throw invalidParameter("The specified transitive tag key must be included in the requested tags.");
    return [tag.key, tag.value];
  });
  return {
    tags: new Map([...inherited, ...tagMap(asked.tags)]),
    transitiveTags: new Map([...inherited, ...added]),
  };
}

export function tagMap(tags: readonly SessionTag[]): ReadonlyMap<string, string> {
  return new Map(tags.map(({ key, value }) => [key, value]));
}

/** Requires that no key comes twice; upper and lower case are the same. Answers the tags by key in lower case. */
export function requireDistinctKeys(tags: readonly SessionTag[]): ReadonlyMap<string, SessionTag> {
  const byKey = new Map(tags.map((tag) => [tag.key.toLowerCase(), tag]));
  if (byKey.size === tags.length) return byKey;
  throw invalidParameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
}

function invalidParameter(message: string): AwsError {
  return new AwsError({ status: 400, code: "InvalidParameterValue" }, message);
}
