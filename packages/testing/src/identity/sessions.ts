import type { TimeSource } from "../emulator-clock.js";
import type { RoleSessionCaller } from "./caller.js";
import { createSessionTokens } from "./session-token.js";
import { randomSecret, uniqueId } from "./unique-id.js";

/** Temporary credentials, as STS hands them out. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAtMs: number;
}

export interface Session {
  readonly secretAccessKey: string;
  readonly caller: RoleSessionCaller;
}

/** The sessions one emulator has issued. */
export interface Sessions {
  issue(caller: RoleSessionCaller, durationSeconds: number): TemporaryCredentials;
  session(accessKeyId: string): Session | undefined;
  /** What a session token is worth for an access key id, now. */
  check(accessKeyId: string, sessionToken: string): "valid" | "expired" | "invalid";
  /** Ends a session now; `false` when there is none of that id. */
  expire(accessKeyId: string): boolean;
  /** Ends every session, or every one of a role; answers how many were ended. */
  expireAll(roleArn?: string): number;
}

interface StoredSession extends Session {
  expiresAtMs: number;
}

export function createSessions(clock: TimeSource): Sessions {
  const tokens = createSessionTokens();
  const sessions = new Map<string, StoredSession>();
  const end = (session: StoredSession): void => {
    session.expiresAtMs = Number.NEGATIVE_INFINITY;
  };
  return {
    issue(caller, durationSeconds): TemporaryCredentials {
      const accessKeyId = uniqueId("ASIA");
      const secretAccessKey = randomSecret();
      // STS gives expirations in whole seconds; the session ends when it says it does.
      const expiresAtMs = Math.floor(clock.now() / 1000 + durationSeconds) * 1000;
      sessions.set(accessKeyId, { secretAccessKey, caller, expiresAtMs });
      return { accessKeyId, secretAccessKey, sessionToken: tokens.issue(accessKeyId), expiresAtMs };
    },
    session: (accessKeyId) => sessions.get(accessKeyId),
    check(accessKeyId, sessionToken): "valid" | "expired" | "invalid" {
      const session = sessions.get(accessKeyId);
      if (session === undefined || !tokens.verify(sessionToken, accessKeyId)) return "invalid";
      return clock.now() < session.expiresAtMs ? "valid" : "expired";
    },
    expire(accessKeyId): boolean {
      const session = sessions.get(accessKeyId);
      if (session !== undefined) end(session);
      return session !== undefined;
    },
    expireAll(roleArn): number {
      const ended = [...sessions.values()].filter(({ caller }) => roleArn === undefined || caller.roleArn === roleArn);
      ended.forEach(end);
      return ended.length;
    },
  };
}
