import {
  accessKeyId,
  accountId,
  externalId,
  iamName,
  iamPath,
  partition,
  serialNumber,
  trustedPrincipal,
} from "../checks/aws-texts.js";
import { type Check, optional } from "../checks/check.js";
import { objectOf } from "../checks/object-check.js";
import { anyText, bool, listOf, numberOf, oneOf } from "../checks/value-checks.js";
import { operationNames } from "../operation-names.js";
import type { EmulatorRole, TrustPolicy } from "./emulator-role.js";
import type { EmulatorUser } from "./emulator-user.js";

// The emulator denies operations by their own names. IAM's `s3:ListBucket`, which stands for ListObjectsV2, would deny
// nothing here without a word.
const actions = Object.entries(operationNames).flatMap(([service, operations]) => [
  `${service}:*`,
  ...operations.map((operation) => `${service}:${operation}`),
]);
const denied = optional(listOf("actions", oneOf(["*", ...actions])));

/** Checks what a test says of a user. */
export const checkUser: Check = objectOf<EmulatorUser>("a user", {
  userName: iamName,
  accountId: optional(accountId),
  path: optional(iamPath),
  partition: optional(partition),
  accessKeyId: optional(accessKeyId),
  secretAccessKey: optional(anyText),
  mfaSerialNumbers: optional(listOf("serial numbers", serialNumber)),
  deny: denied,
});

/** Checks what a test says of a role. */
export const checkRole: Check = objectOf<EmulatorRole>("a role", {
  roleName: iamName,
  accountId: optional(accountId),
  path: optional(iamPath),
  partition: optional(partition),
  trust: optional(
    objectOf<TrustPolicy>("a trust policy", {
      principals: optional(listOf("principals", trustedPrincipal)),
      externalId: optional(externalId),
      requireMfa: optional(bool),
    }),
  ),
  maxSessionDurationSeconds: optional(numberOf({ min: 3600, max: 43_200, whole: true })),
  deny: denied,
});
