import type { AwsEmulatorOptions } from "./aws-emulator.js";
import { bucketName, region } from "./checks/aws-texts.js";
import { type Check, kindOf, optional, refuse } from "./checks/check.js";
import { objectOf } from "./checks/object-check.js";
import { listOf, numberOf } from "./checks/value-checks.js";
import { checkRole, checkUser } from "./identity/check-identity.js";

/** Checks the options of an emulator, all of them before anything is started. */
export const checkOptions: Check = objectOf<AwsEmulatorOptions>("the options of startAwsEmulator", {
  port: optional(numberOf({ min: 0, max: 65_535, whole: true })),
  clock: optional(checkClock),
  users: optional(listOf("users", checkUser)),
  roles: optional(listOf("roles", checkRole)),
  buckets: optional(listOf("bucket names", bucketName)),
  maxClockSkewMs: optional(numberOf({ min: 0, endless: true, unit: "of milliseconds" })),
  regions: optional(listOf("regions", region, { min: 1 })),
});

function checkClock(path: string, value: unknown): void {
  const bound = "an object whose method now() answers epoch milliseconds";
  const now: unknown = (value as { readonly now?: unknown } | null)?.now;
  if (typeof now !== "function") {
    refuse(path, bound, value !== null && typeof value === "object" ? "one without now()" : kindOf(value));
  }
  const answer: unknown = now.call(value);
  if (!Number.isFinite(answer)) refuse(path, bound, `one that answers ${kindOf(answer)}`);
}
