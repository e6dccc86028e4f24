import { memberPath } from "../checks/check.js";
import type { LongTermCaller, UserCaller } from "./caller.js";
import { defaultAccountId } from "./default-account-id.js";
import type { AddedRole, EmulatorRole, TrustPolicy } from "./emulator-role.js";
import type { EmulatorRootUser } from "./emulator-root-user.js";
import type { AddedUser, EmulatorUser } from "./emulator-user.js";
import { createIdentityProviders, type IdentityProviders } from "./identity-providers.js";
import type { MfaDevices } from "./mfa-devices.js";
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
  readonly caller: LongTermCaller;
}

/** The users, roles and identity providers of every account of one emulator. What is added was checked before. */
export interface Directory extends IdentityProviders {
  /** Throws `TypeError` when another user has the access key id; `path` says where in the options the user is. */
  addUser(user: EmulatorUser, path?: string): AddedUser;
  /** Throws `TypeError` as `addUser` does. */
  addRootUser(user: EmulatorRootUser, path?: string): AddedUser;
  addRole(role: EmulatorRole): AddedRole;
  role(arn: string): Role | undefined;
  longTermKey(accessKeyId: string): LongTermKey | undefined;
}

export function createDirectory(mfaDevices: MfaDevices): Directory {
  const keys = new Map<string, LongTermKey>();
  const roles = new Map<string, Role>();
  const add = (caller: LongTermCaller, user: EmulatorUser | EmulatorRootUser, path: string): AddedUser => {
    const accessKeyId = user.accessKeyId ?? uniqueId("AKIA");
    const secretAccessKey = user.secretAccessKey ?? randomSecret();
    if (keys.has(accessKeyId)) {
      throw new TypeError(`"${memberPath(path, "accessKeyId")}" ${accessKeyId} belongs to another user`);
    }
    addDevices(mfaDevices, { serialNumbers: caller.mfaSerialNumbers, seeds: user.mfaSeeds ?? {}, path });
    keys.set(accessKeyId, { secretAccessKey, caller });
    return { arn: caller.arn, userId: caller.userId, credentials: { accessKeyId, secretAccessKey } };
  };
  return {
    ...createIdentityProviders(),
    addUser: (user, path = "") => add(userCaller(user), user, path),
    addRootUser: (user, path = "") => add(rootCaller(user), user, path),
    addRole(definition: EmulatorRole): AddedRole {
      const role = completeRole(definition);
      roles.set(role.arn, role);
      return { arn: role.arn, roleId: role.roleId };
    },
    role: (arn) => roles.get(arn),
    longTermKey: (accessKeyId) => keys.get(accessKeyId),
  };
}

function addDevices(
  devices: MfaDevices,
  user: { serialNumbers: readonly string[]; seeds: Readonly<Record<string, string>>; path: string },
): void {
  const { serialNumbers, seeds } = user;
  const seedsPath = memberPath(user.path, "mfaSeeds");
  const stranger = Object.keys(seeds).find((device) => !serialNumbers.includes(device));
  if (stranger !== undefined) throw new TypeError(`"${seedsPath}" has ${stranger}, which mfaSerialNumbers has not`);
  for (const device of serialNumbers) {
    const [known, seed] = [devices.seed(device), seeds[device]];
    if (known !== undefined && seed !== undefined && seed !== known) {
      throw new TypeError(`"${seedsPath}" has another seed for ${device} than the user who has that device already`);
    }
    devices.add(device, seed);
  }
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

function rootCaller(user: EmulatorRootUser): LongTermCaller {
  const partition = user.partition ?? "aws";
  const accountId = user.accountId ?? defaultAccountId;
  return {
    kind: "root",
    arn: `arn:${partition}:iam::${accountId}:root`,
    accountId,
    partition,
    userId: accountId,
    deny: [],
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
