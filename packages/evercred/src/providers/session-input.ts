import { CredentialsConfigError } from "../errors.js";
import { ARN, MOST_TAGS, requireList, requireText, TAG_KEY, TAG_VALUE, type TextLimit } from "../sts/input-limits.js";

/** Parameters that several operations of STS share, each held to its limit. All throw {@link CredentialsConfigError}. */

const MOST_POLICY_ARNS = 10;

/** Without what was not given: STS takes an empty parameter for one that is wrong. */
export function defined<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

/** A text that may be left out. */
export function optionalText(option: string, value: string | undefined, limit: TextLimit): string | undefined {
  return value === undefined ? undefined : requireText(option, value, limit);
}

/** A list that is left out when it is empty. */
export function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** `PolicyArns`. */
export function policyArnList(policyArns: readonly string[] = []): { arn: string }[] {
  const list = requireList<string>("policyArns", policyArns, MOST_POLICY_ARNS);
  return list.map((arn, index) => ({ arn: requirePolicyArn(`policyArns[${index}]`, arn) }));
}

/** The ARN of a managed policy. */
export function requirePolicyArn(option: string, value: unknown): string {
  const arn = requireText(option, value, ARN);
  if (!/^arn:aws[a-z-]*:iam::/.test(arn)) {
    throw new CredentialsConfigError(
      `\`${option}\` must be a policy's ARN such as arn:aws:iam::aws:policy/ReadOnlyAccess; got ${JSON.stringify(arn)}.`,
    );
  }
  return arn;
}

/** `Tags`. AWS tells their keys apart without regard to case. */
export function tagList(tags: Readonly<Record<string, string>> = {}): { Key: string; Value: string }[] {
  if (typeof tags !== "object" || tags === null || Symbol.iterator in tags) {
    throw new CredentialsConfigError('`tags` must be an object of keys and values, such as { Project: "Pegasus" }.');
  }
  const entries = Object.entries(tags);
  requireList("tags", entries, MOST_TAGS);
  const keys = new Set(entries.map(([key]) => key.toLowerCase()));
  if (keys.size < entries.length) {
    throw new CredentialsConfigError("`tags` has two keys that differ in case only, and AWS takes them for one.");
  }
  return entries.map(([key, value]) => ({
    Key: requireText("tags key", key, TAG_KEY),
    Value: requireText(`tags[${JSON.stringify(key)}]`, value, TAG_VALUE),
  }));
}

/** A list of tags' keys. */
export function tagKeys(option: string, keys: readonly string[] = []): string[] {
  const list = requireList<string>(option, keys, MOST_TAGS);
  return list.map((key, index) => requireText(`${option}[${index}]`, key, TAG_KEY));
}

/** What of policies and tags takes part in a key: in whatever order they were given. */
export function sessionKey(input: {
  readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined;
  readonly Tags?: readonly { readonly Key: string | undefined; readonly Value: string | undefined }[] | undefined;
}): { readonly PolicyArns: string[]; readonly Tags: Readonly<Record<string, string>> } {
  const { PolicyArns = [], Tags = [] } = input;
  return {
    PolicyArns: PolicyArns.map(({ arn = "" }) => arn).sort(),
    Tags: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
  };
}
