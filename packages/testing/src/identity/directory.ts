import type { UserCaller } from "./caller.js";
import type { AddedRole, EmulatorRole, TrustPolicy } from "./emulator-role.js";
import type { AddedUser, EmulatorUser } from "./emulator-user.js";
import { randomSecret, uniqueId } from "./unique-id.js";

/** A role as the emulator keeps it: every default filled in. */
export interface Role {
  readonly arn: string;
  readonly roleId: string;
  readonly roleName: string;
  readonly accountId: string;
  readonly partition: string;
  readonly trust: TrustPolicy;
  readonly maxSessionDurationSeconds: number;
  readonly deny: readonly string[];
}

export interface LongTermKey {
  readonly secretAccessKey: string;
  readonly caller: UserCaller;
}

/** The users and roles of every account of one emulator. */
export interface Directory {
  addUser(user: EmulatorUser): AddedUser;
  addRole(role: EmulatorRole): AddedRole;
  role(arn: string): Role | undefined;
  longTermKey(accessKeyId: string): LongTermKey | undefined;
}

const defaultAccountId = "123456789012";

export function createDirectory(): Directory {
  const keys = new Map<string, LongTermKey>();
  const roles = new Map<string, Role>();
  return {
    addUser(user: EmulatorUser): AddedUser {
      const accessKeyId = user.accessKeyId ?? uniqueId("AKIA");
      requireKeyId(accessKeyId);
      const secretAccessKey = user.secretAccessKey ?? randomSecret();
      if (keys.has(accessKeyId)) throw new TypeError(`"accessKeyId" ${accessKeyId} belongs to another user`);
      const caller = userCaller(user);
      keys.set(accessKeyId, { secretAccessKey, caller });
      return { arn: caller.arn, userId: caller.userId, credentials: { accessKeyId, secretAccessKey } };
    },
    addRole(definition: EmulatorRole): AddedRole {
      const role = completeRole(definition);
      roles.set(role.arn, role);
      return { arn: role.arn, roleId: role.roleId };
    },
    role: (arn) => roles.get(arn),
    longTermKey: (accessKeyId) => keys.get(accessKeyId),
  };
}

function userCaller(user: EmulatorUser): UserCaller {
  const partition = user.partition ?? "aws";
  const accountId = requireAccountId(user.accountId ?? defaultAccountId);
  return {
    kind: "user",
    arn: `arn:${partition}:iam::${accountId}:user${requirePath(user.path ?? "/")}${user.userName}`,
    accountId,
    partition,
    userId: uniqueId("AIDA"),
    deny: [...(user.deny ?? [])],
    mfaSerialNumbers: [...(user.mfaSerialNumbers ?? [])],
  };
}

function completeRole(role: EmulatorRole): Role {
  const partition = role.partition ?? "aws";
  const accountId = requireAccountId(role.accountId ?? defaultAccountId);
  return {
    arn: `arn:${partition}:iam::${accountId}:role${requirePath(role.path ?? "/")}${role.roleName}`,
    roleId: uniqueId("AROA"),
    roleName: role.roleName,
    accountId,
    partition,
    trust: role.trust ?? {},
    maxSessionDurationSeconds: requireMaxSession(role.maxSessionDurationSeconds ?? 3600),
    deny: [...(role.deny ?? [])],
  };
}

function requireKeyId(accessKeyId: string): void {
  if (!/^[A-Z0-9]{16,128}$/.test(accessKeyId)) {
    throw new TypeError('"accessKeyId" must be 16 to 128 upper-case letters and digits');
  }
}

function requireAccountId(accountId: string): string {
  if (!/^\d{12}$/.test(accountId)) throw new TypeError('"accountId" must be twelve digits');
  return accountId;
}

function requirePath(path: string): string {
  if (!path.startsWith("/") || !path.endsWith("/")) throw new TypeError('"path" must begin and end with a slash');
  return path;
}

function requireMaxSession(seconds: number): number {
  if (!Number.isInteger(seconds) || seconds < 3600 || seconds > 43_200) {
    throw new TypeError('"maxSessionDurationSeconds" must be a whole number from 3600 to 43200');
  }
  return seconds;
}
