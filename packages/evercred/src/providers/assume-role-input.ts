import type { AssumeRoleCommandInput } from "@aws-sdk/client-sts";
import { CredentialsConfigError } from "../errors.js";
import {
  ARN,
  EXTERNAL_ID,
  MOST_TAGS,
  ROLE_DURATION_SECONDS,
  ROLE_SESSION_NAME,
  requireList,
  requirePolicy,
  requireRoleArn,
  requireSeconds,
  requireText,
  SERIAL_NUMBER,
  SOURCE_IDENTITY,
  TAG_KEY,
  TAG_VALUE,
  type TextLimit,
} from "../sts/input-limits.js";
import type { AssumeRoleOptions, ProvidedContext } from "./assume-role-options.js";

/** What STS is sent each time; the session's name and an MFA code may come on top. */
export type FixedInput = Omit<AssumeRoleCommandInput, "TokenCode" | "RoleSessionName"> & {
  readonly RoleArn: string;
  readonly RoleSessionName?: string;
};

/** AWS's default. Asking for it and saying nothing are the same. */
const DEFAULT_DURATION_SECONDS = 3600;

/** A role assumed with a role's session: AWS's bound, which no setting of the role raises. */
const CHAINED_DURATION_SECONDS = 3600;

const MOST_POLICY_ARNS = 10;
const MOST_CONTEXTS = 5;
const CONTEXT_ASSERTION: TextLimit = { min: 4, max: 2048 };

/**
 * The request that the options stand for, each held to its limit.
 *
 * @throws CredentialsConfigError naming the option, its bound and what came.
 */
export function assumeRoleInput(options: AssumeRoleOptions, isChained: boolean): FixedInput {
  const { roleSessionName, externalId, sourceIdentity, policy, policyArns, tags, transitiveTagKeys } = options;
  const { serialNumber, providedContexts } = options;
  return defined({
    RoleArn: requireRoleArn("roleArn", options.roleArn).arn,
    RoleSessionName: text("roleSessionName", roleSessionName, ROLE_SESSION_NAME),
    DurationSeconds: duration(options.durationSeconds, isChained),
    ExternalId: text("externalId", externalId, EXTERNAL_ID),
    SourceIdentity: text("sourceIdentity", sourceIdentity, SOURCE_IDENTITY),
    Policy: policy === undefined ? undefined : requirePolicy("policy", policy),
    PolicyArns: nonEmpty(policyArnList(policyArns)),
    Tags: nonEmpty(tagList(tags)),
    TransitiveTagKeys: nonEmpty(transitiveKeys(transitiveTagKeys)),
    SerialNumber: text("serialNumber", serialNumber, SERIAL_NUMBER),
    ProvidedContexts: nonEmpty(contextList(providedContexts)),
  });
}

/** Without what was not given: STS takes an empty parameter for one that is wrong. */
function defined<T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function text(option: string, value: string | undefined, limit: TextLimit): string | undefined {
  return value === undefined ? undefined : requireText(option, value, limit);
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function duration(given: number | undefined, isChained: boolean): number {
  const durationSeconds = given === undefined ? DEFAULT_DURATION_SECONDS : given;
  const seconds = requireSeconds("durationSeconds", durationSeconds, ROLE_DURATION_SECONDS);
  if (isChained && seconds > CHAINED_DURATION_SECONDS) {
    throw new CredentialsConfigError(
      `\`durationSeconds\` must be at most ${CHAINED_DURATION_SECONDS} here, because \`source\` is itself a role's ` +
        `session: AWS ends chained roles after one hour, whatever the role's maximum. Got ${seconds}. Leave it out; the ` +
        "session is refreshed ahead of expiration anyway.",
    );
  }
  return seconds;
}

function policyArnList(policyArns: AssumeRoleOptions["policyArns"] = []): { arn: string }[] {
  const list = requireList<string>("policyArns", policyArns, MOST_POLICY_ARNS);
  return list.map((arn, index) => ({ arn: requirePolicyArn(`policyArns[${index}]`, arn) }));
}

function requirePolicyArn(option: string, value: unknown): string {
  const arn = requireText(option, value, ARN);
  if (!/^arn:aws[a-z-]*:iam::/.test(arn)) {
    throw new CredentialsConfigError(
      `\`${option}\` must be a policy's ARN such as arn:aws:iam::aws:policy/ReadOnlyAccess; got ${JSON.stringify(arn)}.`,
    );
  }
  return arn;
}

function tagList(tags: AssumeRoleOptions["tags"] = {}): { Key: string; Value: string }[] {
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

function transitiveKeys(keys: AssumeRoleOptions["transitiveTagKeys"] = []): string[] {
  const list = requireList<string>("transitiveTagKeys", keys, MOST_TAGS);
  return list.map((key, index) => requireText(`transitiveTagKeys[${index}]`, key, TAG_KEY));
}

function contextList(contexts: readonly ProvidedContext[] = []): { ProviderArn: string; ContextAssertion: string }[] {
  const list = requireList<ProvidedContext>("providedContexts", contexts, MOST_CONTEXTS);
  return list.map((context, index) => ({
    ProviderArn: requireText(`providedContexts[${index}].providerArn`, context?.providerArn, ARN),
    ContextAssertion: requireText(
      `providedContexts[${index}].contextAssertion`,
      context?.contextAssertion,
      CONTEXT_ASSERTION,
    ),
  }));
}
