import type { AwsEmulatorOptions } from "./aws-emulator.js";
import { bucketName, region } from "./checks/aws-texts.js";
import { type Check, optional } from "./checks/check.js";
import { checkClock } from "./checks/clock-check.js";
import { objectOf } from "./checks/object-check.js";
import { bool, listOf, numberOf } from "./checks/value-checks.js";
import {
  checkOidcProvider,
  checkRole,
  checkRootUser,
  checkSamlProvider,
  checkUser,
} from "./identity/check-identity.js";

/** Checks the options of an emulator, all of them before anything is started. */
export const checkOptions: Check = objectOf<AwsEmulatorOptions>("the options of startAwsEmulator", {
  port: optional(numberOf({ min: 0, max: 65_535, whole: true })),
  clock: optional(checkClock),
  users: optional(listOf("users", checkUser)),
  roles: optional(listOf("roles", checkRole)),
  rootUsers: optional(listOf("root users", checkRootUser)),
  oidcProviders: optional(listOf("OIDC providers", checkOidcProvider)),
  samlProviders: optional(listOf("SAML providers", checkSamlProvider)),
  buckets: optional(listOf("bucket names", bucketName)),
  maxClockSkewMs: optional(numberOf({ min: 0, endless: true, unit: "of milliseconds" })),
  regions: optional(listOf("regions", region, { min: 1 })),
  optInRegions: optional(listOf("regions", region)),
  disabledRegions: optional(listOf("regions", region)),
  outboundWebIdentityFederation: optional(bool),
});
