import type { SessionCaller } from "./caller.js";
import type { EmulatorSession } from "./emulator-session.js";
import type { Session } from "./sessions.js";

export function describeSession({ caller, expiresAtMs }: Session): EmulatorSession {
  return {
    kind: caller.kind,
    principal: caller.arn,
    expiration: new Date(expiresAtMs),
    policyArns: [],
    tags: {},
    transitiveTagKeys: [],
    ...ownDetails(caller),
  };
}

function ownDetails(caller: SessionCaller): Partial<EmulatorSession> {
  switch (caller.kind) {
    case "session-token":
      return present({ mfaSerialNumber: caller.mfaSerialNumber });
    case "root-session":
      return { policyArns: [caller.taskPolicyArn], ...present({ sourceIdentity: caller.sourceIdentity }) };
    case "federated-user":
      return {
        policyArns: caller.policyArns,
        tags: Object.fromEntries(caller.tags),
        ...present({ policy: caller.policy }),
      };
    case "role-session": {
      const { policy, sourceIdentity, mfaSerialNumber, federatedProvider } = caller;
      return {
        policyArns: caller.policyArns,
        tags: Object.fromEntries(caller.tags),
        transitiveTagKeys: [...caller.transitiveTags.keys()],
        ...present({ policy, sourceIdentity, mfaSerialNumber, federatedProvider }),
      };
    }
  }
}

/** Leaves out what is `undefined`. */
function present(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
