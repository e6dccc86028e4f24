import type { XmlElement } from "../http/xml.js";
import type { Caller, LongTermCaller, SessionTokenCaller } from "../identity/caller.js";
import { createConstraints } from "./constraints.js";
import { credentialElements } from "./credential-elements.js";
import { longSessionSeconds, readLongSessionDuration } from "./long-session-duration.js";
import { longTermCaller } from "./long-term-caller.js";
import { provedMfa, readMfaParameters } from "./mfa.js";
import type { StsCall } from "./sts-operation.js";

/** Needs no permission, so no `deny` holds for it. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
export function getSessionToken({ caller, parameters, state, global }: StsCall): readonly XmlElement[] {
  const check = createConstraints();
  const durationSeconds = readLongSessionDuration(parameters, check);
  const mfa = readMfaParameters(parameters, check);
  check.enforce();
  const session = sessionOf(longTermCaller(caller, "GetSessionToken"), provedMfa(mfa, caller, state.mfaDevices));
  const terms = { durationSeconds: longSessionSeconds(durationSeconds, caller), global };
  return [credentialElements(state.sessions.issue(session, terms))];
}

function sessionOf(owner: LongTermCaller, mfaSerialNumber: string | undefined): SessionTokenCaller {
  const { arn, accountId, partition, userId, deny }: Caller = owner;
  return { kind: "session-token", arn, accountId, partition, userId, deny, owner, mfaSerialNumber };
}
