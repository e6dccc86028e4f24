import {
  accessKeyId,
  accountId,
  externalId,
  federatedProviderArn,
  iamName,
  iamPath,
  issuerUrl,
  partition,
  samlProviderName,
  serialNumber,
  trustedPrincipal,
} from "../checks/aws-texts.js";
import { type Check, optional } from "../checks/check.js";
import { objectOf } from "../checks/object-check.js";
import { anyText, bool, listOf, numberOf, oneOf, oneOrMore } from "../checks/value-checks.js";
import { operationNames } from "../operation-names.js";
import { checkSamlMetadata } from "../saml/check-metadata.js";
import { checkMfaSeeds } from "./check-mfa-seeds.js";
import type { EmulatorRole, TrustPolicy } from "./emulator-role.js";
import type { EmulatorRootUser } from "./emulator-root-user.js";
import type { EmulatorUser } from "./emulator-user.js";
import type { EmulatorOidcProvider, EmulatorSamlProvider } from "./identity-providers.js";

// No policy of the caller's decides of these, so to deny them would deny nothing, without a word.
const undeniable: ReadonlySet<string> = new Set([
  "sts:AssumeRoleWithSAML",
  "sts:AssumeRoleWithWebIdentity",
  "sts:GetCallerIdentity",
  "sts:GetSessionToken",
]);

// The emulator denies operations by their own names. IAM's `s3:ListBucket`, which stands for ListObjectsV2, would deny
// nothing here without a word either.
const actions = Object.entries(operationNames)
  .flatMap(([service, operations]) => [`${service}:*`, ...operations.map((operation) => `${service}:${operation}`)])
  .filter((action) => !undeniable.has(action));
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
  mfaSeeds: optional(checkMfaSeeds),
  deny: denied,
});

/** Checks what a test says of a root user. */
export const checkRootUser: Check = objectOf<EmulatorRootUser>("a root user", {
  accountId: optional(accountId),
  partition: optional(partition),
  accessKeyId: optional(accessKeyId),
  secretAccessKey: optional(anyText),
  mfaSerialNumbers: optional(listOf("serial numbers", serialNumber)),
  mfaSeeds: optional(checkMfaSeeds),
});

/** Checks what a test says of an OIDC provider. */
export const checkOidcProvider: Check = objectOf<EmulatorOidcProvider>("an OIDC provider", {
  issuer: issuerUrl,
  clientIds: listOf("client ids", anyText, { min: 1 }),
  accountId: optional(accountId),
});

/** Checks what a test says of a SAML provider. */
export const checkSamlProvider: Check = objectOf<EmulatorSamlProvider>("a SAML provider", {
  name: samlProviderName,
  metadata: checkSamlMetadata,
  accountId: optional(accountId),
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
      federated: optional(listOf("ARNs of identity providers", federatedProviderArn)),
      audience: optional(oneOrMore("an audience", anyText)),
      subject: optional(oneOrMore("a subject", anyText)),
      externalId: optional(externalId),
      requireMfa: optional(bool),
    }),
  ),
  maxSessionDurationSeconds: optional(numberOf({ min: 3600, max: 43_200, whole: true })),
  deny: denied,
});
