import type { XmlElement } from "../http/xml.js";
import { type Caller, isDenied, type RootSessionCaller } from "../identity/caller.js";
import { notAuthorized } from "./access-denied.js";
import { createConstraints, validationError } from "./constraints.js";
import { credentialElements } from "./credential-elements.js";
import { readDurationSeconds } from "./duration-parameter.js";
import { requireRegionalEndpoint } from "./regional-operation.js";
import { arnRule } from "./role-session-parameters.js";
import { sourceIdentity } from "./source-identity.js";
import type { StsCall } from "./sts-operation.js";

interface AssumeRootInput {
  readonly targetPrincipal: string;
  readonly taskPolicyArn: string;
  readonly durationSeconds: number;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html#API_AssumeRoot_RequestParameters */
const taskPolicies: ReadonlySet<string> = new Set([
  "IAMAuditRootUserCredentials",
  "IAMCreateRootUserPassword",
  "IAMDeleteRootUserCredentials",
  "S3UnlockBucketPolicy",
  "SQSUnlockQueuePolicy",
]);
const maxSeconds = 900;

/**
 * The emulator knows no organizations: users and roles of any account may call this for any other, unless they are denied
 * it. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 */
export function assumeRoot(call: StsCall): readonly XmlElement[] {
  requireRegionalEndpoint(call);
  const { caller, parameters, state, global } = call;
  const input = readInput(parameters);
  const session = rootSession(input, caller);
  if (isDenied(caller, "sts", "AssumeRoot")) throw notAuthorized(caller, "sts:AssumeRoot", session.arn);
  return [
    credentialElements(state.sessions.issue(session, { durationSeconds: input.durationSeconds, global })),
    ["SourceIdentity", session.sourceIdentity],
  ];
}

function readInput(parameters: ReadonlyMap<string, string>): AssumeRootInput {
  const check = createConstraints();
  const targetPrincipal = parameters.get("TargetPrincipal");
  const taskPolicyArn = parameters.get("TaskPolicyArn.arn");
  const durationSeconds = readDurationSeconds(parameters);
  check.text("targetPrincipal", targetPrincipal, { required: true, min: 12, max: 2048 });
  check.text("taskPolicyArn", taskPolicyArn, { ...arnRule, required: true });
  check.integer("durationSeconds", durationSeconds, { min: 0, max: maxSeconds });
  check.enforce();
  return {
    targetPrincipal: targetPrincipal ?? "",
    taskPolicyArn: taskPolicyArn ?? "",
    durationSeconds: durationSeconds ?? maxSeconds,
  };
}

function rootSession({ targetPrincipal, taskPolicyArn }: AssumeRootInput, caller: Caller): RootSessionCaller {
  const { partition } = caller;
  const match = /^(?:(\d{12})|arn:([^:]+):iam::(\d{12}):root)$/.exec(targetPrincipal);
  const accountId = match?.[1] ?? match?.[3];
  if (accountId === undefined || (match?.[2] ?? partition) !== partition) {
    throw validationError(`${targetPrincipal} is invalid`);
  }
  const [, taskPolicy = ""] = taskPolicyArn.split(`arn:${partition}:iam::aws:policy/root-task/`);
  if (!taskPolicies.has(taskPolicy)) throw validationError(`${taskPolicyArn} is invalid`);
  return {
    kind: "root-session",
    arn: `arn:${partition}:iam::${accountId}:root`,
    accountId,
    partition,
    userId: accountId,
    deny: [],
    taskPolicyArn,
    sourceIdentity: sourceIdentity(undefined, caller),
  };
}
