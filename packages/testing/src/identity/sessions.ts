import type { TimeSource } from "../emulator-clock.js";
import type { SessionCaller } from "./caller.js";
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
  readonly caller: SessionCaller;
  readonly expiresAtMs: number;
  /** Whether STS's global endpoint gave it. */
  readonly global: boolean;
}

/** How long a session lasts, and where it was given. */
export interface SessionTerms {
  readonly durationSeconds: number;
  readonly global: boolean;
}

/** The sessions one emulator has issued. */
export interface Sessions {
  issue(caller: SessionCaller, terms: SessionTerms): TemporaryCredentials;
  session(accessKeyId: string): Session | undefined;
  /** What a session token is worth for an access key id, now. */
  check(accessKeyId: string, sessionToken: string): "valid" | "expired" | "invalid";
  /** Ends a session now; `false` when there is none of that id. */
  expire(accessKeyId: string): boolean;
  /** Ends every session, or every one of a role; answers how many were ended. */
  expireAll(roleArn?: string): number;
}

interface StoredSession extends Session {
  ended: boolean;
}

export function createSessions(clock: TimeSource): Sessions {
  const tokens = createSessionTokens();
  const sessions = new Map<string, StoredSession>();
  const end = (session: StoredSession): void => {
    session.ended = true;
  };
  return {
    issue(caller, { durationSeconds, global }): TemporaryCredentials {
      const accessKeyId = uniqueId("ASIA");
      const secretAccessKey = randomSecret();
      // STS gives expirations in whole seconds; the session ends when it says it does.
      const expiresAtMs = Math.floor(clock.now() / 1000 + durationSeconds) * 1000;
      sessions.set(accessKeyId, { secretAccessKey, caller, expiresAtMs, global, ended: false });
      return { accessKeyId, secretAccessKey, sessionToken: tokens.issue(accessKeyId), expiresAtMs };
    },
    session: (accessKeyId) => sessions.get(accessKeyId),
    check(accessKeyId, sessionToken): "valid" | "expired" | "invalid" {
      const session = sessions.get(accessKeyId);
      if (session === undefined || !tokens.verify(sessionToken, accessKeyId)) return "invalid";
      return !session.ended && clock.now() < session.expiresAtMs ? "valid" : "expired";
    },
    expire(accessKeyId): boolean {
      const session = sessions.get(accessKeyId);
      if (session !== undefined) end(session);
      return session !== undefined;
    },
    expireAll(roleArn): number {
      const ended = [...sessions.values()].filter(({ caller }) => roleArn === undefined || roleOf(caller) === roleArn);
      ended.forEach(end);
      return ended.length;
    },
  };
}

function roleOf(caller: SessionCaller): string | undefined {
  return caller.kind === "role-session" ? caller.roleArn : undefined;
}
