import type { AssumeRoleCommandInput } from "@aws-sdk/client-sts";
import { CredentialsConfigError } from "../errors.js";
import {
  ARN,
  EXTERNAL_ID,
  ROLE_SESSION_NAME,
  requireList,
  requirePolicy,
  requireRoleArn,
  requireText,
  SERIAL_NUMBER,
  SOURCE_IDENTITY,
  type TextLimit,
} from "../sts/input-limits.js";
import type { AssumeRoleOptions, ProvidedContext } from "./assume-role-options.js";
import { CHAINED_DURATION_SECONDS, roleDuration } from "./role-duration.js";
import { defined, nonEmpty, optionalText, policyArnList, tagKeys, tagList } from "./session-input.js";

/** What STS is sent each time; the session's name and an MFA code may come on top. */
export type FixedInput = Omit<AssumeRoleCommandInput, "TokenCode" | "RoleSessionName" | "DurationSeconds"> & {
  readonly RoleArn: string;
  readonly RoleSessionName?: string;
  readonly DurationSeconds: number;
};

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
    RoleSessionName: optionalText("roleSessionName", roleSessionName, ROLE_SESSION_NAME),
    DurationSeconds: duration(options, isChained),
    ExternalId: optionalText("externalId", externalId, EXTERNAL_ID),
    SourceIdentity: optionalText("sourceIdentity", sourceIdentity, SOURCE_IDENTITY),
    Policy: policy === undefined ? undefined : requirePolicy("policy", policy),
    PolicyArns: nonEmpty(policyArnList(policyArns)),
    Tags: nonEmpty(tagList(tags)),
    TransitiveTagKeys: nonEmpty(tagKeys("transitiveTagKeys", transitiveTagKeys)),
    SerialNumber: optionalText("serialNumber", serialNumber, SERIAL_NUMBER),
    ProvidedContexts: nonEmpty(contextList(providedContexts)),
  }) as FixedInput;
}

function duration(options: AssumeRoleOptions, isChained: boolean): number {
  const seconds = roleDuration(options.durationSeconds);
  if (isChained && seconds > CHAINED_DURATION_SECONDS && options.durationFallback !== true) {
    throw new CredentialsConfigError(
      `\`durationSeconds\` must be at most ${CHAINED_DURATION_SECONDS} here, because \`source\` is itself a role's ` +
        `session: AWS ends chained roles after one hour, whatever the role's maximum. Got ${seconds}. Leave it out (the ` +
        "session is refreshed ahead of expiration anyway), or set `durationFallback`.",
    );
  }
  return seconds;
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
