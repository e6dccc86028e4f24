import type { XmlElement } from "../http/xml.js";
import { type FederatedUserCaller, isDenied } from "../identity/caller.js";
import { notAuthorized } from "./access-denied.js";
import { createConstraints } from "./constraints.js";
import { credentialElements } from "./credential-elements.js";
import { longSessionSeconds, readLongSessionDuration } from "./long-session-duration.js";
import { longTermCaller } from "./long-term-caller.js";
import { packedPolicySize } from "./packed-policy.js";
import {
  readSessionPolicies,
  requirePolicyArns,
  requirePolicyDocument,
  type SessionPolicies,
} from "./session-policy.js";
import { sessionTags } from "./session-tags.js";
import type { StsCall } from "./sts-operation.js";
import { readTags, type SessionTag } from "./tag-parameters.js";

interface FederationTokenInput extends SessionPolicies {
  readonly name: string;
  readonly durationSeconds: number | undefined;
  readonly tags: readonly SessionTag[];
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
export function getFederationToken(call: StsCall): readonly XmlElement[] {
  const { caller, parameters, state, global } = call;
  const input = readInput(parameters);
  requirePolicyDocument(input.policy);
  const session = federatedUser(input, call);
  if (isDenied(caller, "sts", "GetFederationToken")) throw notAuthorized(caller, "sts:GetFederationToken", session.arn);
  requirePolicyArns(input.policyArns, caller);
  const packedSize = packedPolicySize(input, input.tags);
  const terms = { durationSeconds: longSessionSeconds(input.durationSeconds, caller), global };
  return [
    credentialElements(state.sessions.issue(session, terms)),
    [
      "FederatedUser",
      [
        ["FederatedUserId", session.userId],
        ["Arn", session.arn],
      ],
    ],
    ["PackedPolicySize", packedSize],
  ];
}

function readInput(parameters: ReadonlyMap<string, string>): FederationTokenInput {
  const check = createConstraints();
  const name = parameters.get("Name");
  check.text("name", name, { required: true, min: 2, max: 32, pattern: /[\w+=,.@-]*/ });
  const input: FederationTokenInput = {
    name: name ?? "",
    durationSeconds: readLongSessionDuration(parameters, check),
    ...readSessionPolicies(parameters, check),
    tags: readTags(parameters, check),
  };
  check.enforce();
  return input;
}

function federatedUser({ name, policy, policyArns, tags }: FederationTokenInput, call: StsCall): FederatedUserCaller {
  const { partition, accountId, deny } = longTermCaller(call.caller, "GetFederationToken");
  return {
    kind: "federated-user",
    arn: `arn:${partition}:sts::${accountId}:federated-user/${name}`,
    accountId,
    partition,
    userId: `${accountId}:${name}`,
    // Its permissions are the user's at most; isOutOfScope has the rest.
    deny,
    policy,
    policyArns,
    tags: sessionTags({ tags, transitiveTagKeys: [] }).tags,
  };
}
