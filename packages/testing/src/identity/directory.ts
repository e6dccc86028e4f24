import { memberPath } from "../checks/check.js";
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

/** The users and roles of every account of one emulator. What is added was checked before. */
export interface Directory {
  /** Throws `TypeError` when another user has the access key id; `path` says where in the options the user is. */
  addUser(user: EmulatorUser, path?: string): AddedUser;
  addRole(role: EmulatorRole): AddedRole;
  role(arn: string): Role | undefined;
  longTermKey(accessKeyId: string): LongTermKey | undefined;
  /** The serial numbers of every user's MFA devices. */
  mfaDevices(): readonly string[];
}

const defaultAccountId = "123456789012";

export function createDirectory(): Directory {
  const keys = new Map<string, LongTermKey>();
  const roles = new Map<string, Role>();
  return {
    addUser(user: EmulatorUser, path = ""): AddedUser {
      const accessKeyId = user.accessKeyId ?? uniqueId("AKIA");
      const secretAccessKey = user.secretAccessKey ?? randomSecret();
      if (keys.has(accessKeyId)) {
        throw new TypeError(`"${memberPath(path, "accessKeyId")}" ${accessKeyId} belongs to another user`);
      }
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
    mfaDevices: () => [...new Set([...keys.values()].flatMap(({ caller }) => caller.mfaSerialNumbers))],
  };
}

function userCaller(user: EmulatorUser): UserCaller {
  const partition = user.partition ?? "aws";
  const accountId = user.accountId ?? defaultAccountId;
  return {
    kind: "user",
    arn: `arn:${partition}:iam::${accountId}:user${user.path ?? "/"}${user.userName}`,
    accountId,
    partition,
    userId: uniqueId("AIDA"),
    deny: [...(user.deny ?? [])],
    mfaSerialNumbers: [...(user.mfaSerialNumbers ?? [])],
  };
}

function completeRole(role: EmulatorRole): Role {
  const partition = role.partition ?? "aws";
  const accountId = role.accountId ?? defaultAccountId;
  return {
    arn: `arn:${partition}:iam::${accountId}:role${role.path ?? "/"}${role.roleName}`,
    roleId: uniqueId("AROA"),
    roleName: role.roleName,
    accountId,
    partition,
    trust: role.trust ?? {},
    maxSessionDurationSeconds: role.maxSessionDurationSeconds ?? 3600,
    deny: [...(role.deny ?? [])],
  };
}
