import { type Check, kindOf, optional, refuse } from "../checks/check.js";
import { checkClock } from "../checks/clock-check.js";
import { objectOf } from "../checks/object-check.js";
import { anyText, listOf, numberOf, oneOf } from "../checks/value-checks.js";
import type { SamlAssertionOptions, SamlRole } from "./saml-assertion-options.js";
import type { SamlIdpOptions, SamlUser, StartSamlIdpOptions } from "./saml-idp.js";

const checkDate: Check = (path, value) => {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    refuse(path, "a valid Date", value instanceof Date ? "an invalid one" : kindOf(value));
  }
};

/** An object whose members all pass one check; their names are the caller's own. */
function recordOf(what: string, member: Check): Check {
  return (path, value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, what, kindOf(value));
    for (const [name, one] of Object.entries(value)) member(`${path}[${JSON.stringify(name)}]`, one);
  };
}

const checkTagValue: Check = (path, value) => {
  if (typeof value !== "string") refuse(path, "a string", kindOf(value));
};

const texts = listOf("strings", checkTagValue);

/** Checks the options of an assertion. */
export const checkAssertionOptions: Check = objectOf<SamlAssertionOptions>("the options of an assertion", {
  roles: listOf("roles", objectOf<SamlRole>("a role", { roleArn: anyText, principalArn: anyText })),
  order: optional(oneOf(["role-first", "provider-first"])),
  sessionName: optional(anyText),
  sessionDurationSeconds: optional(numberOf({ whole: true, unit: "of seconds" })),
  sourceIdentity: optional(anyText),
  tags: optional(recordOf("an object of tags", checkTagValue)),
  transitiveTagKeys: optional(texts),
  attributes: optional(recordOf("an object of attributes", optional(texts))),
  subject: optional(anyText),
  subjectFormat: optional(anyText),
  issuer: optional(anyText),
  audience: optional(anyText),
  recipient: optional(anyText),
  issuedAt: optional(checkDate),
  notBefore: optional(checkDate),
  notOnOrAfter: optional(checkDate),
  sessionNotOnOrAfter: optional(checkDate),
  status: optional(anyText),
  signed: optional(oneOf(["assertion", "response"])),
  sign: optional(oneOf(["valid", "wrong-key", "tampered", "none"])),
});

const idpMembers = { entityId: optional(anyText), clock: optional(checkClock) };

export const checkIdpOptions: Check = objectOf<SamlIdpOptions>("the options of createSamlIdp", idpMembers);

export const checkStartIdpOptions: Check = objectOf<StartSamlIdpOptions>("the options of startSamlIdp", {
  ...idpMembers,
  port: optional(numberOf({ min: 0, max: 65_535, whole: true })),
  users: optional(
    listOf(
      "users",
      objectOf<SamlUser>("a user", { username: anyText, password: anyText, assertion: checkAssertionOptions }),
    ),
  ),
});
