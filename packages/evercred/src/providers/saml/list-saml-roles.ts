import type { SamlRole } from "./saml-role.js";

/**
 * What an assertion offers.
 *
 * @public
 */
export interface SamlRoles {
  /** The roles to choose from, without duplicates, in the assertion's order. May be empty. */
  readonly roles: readonly SamlRole[];
  /** What the session will be called: STS takes the name from the assertion. */
  readonly roleSessionName?: string;
  /** `SessionDuration`, in seconds. It is meant for console sessions; for the API it can only shorten. */
  readonly sessionDurationSeconds?: number;
  /**
   * When STS stops taking it: the earliest of what it says itself (`NotOnOrAfter`) and five minutes after its issue.
   * Until then one assertion serves any number of roles.
   */
  readonly usableUntil?: Date;
}

/**
 * The roles of an assertion, to let somebody choose one before `fromSaml`. No call is made.
 *
 * The signature is NOT checked, and neither is the time: STS does both when a role is assumed. Show what comes back,
 * and decide nothing about a person by it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html and
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 *
 * @example
 * ```ts
 * const { roles, usableUntil } = await listSamlRoles(assertion);
 * for (const [index, { roleArn }] of roles.entries()) {
 *   console.log(`${index + 1}  ${roleArn}`);
 * }
 * console.log(`Choose before ${usableUntil?.toLocaleTimeString()}.`);
 * ```
 *
 * @param assertion - What the identity provider posts as SAMLResponse: base64, 4 to 100000 characters. Line breaks in it,
 * the URL-safe alphabet and missing padding are taken too.
 * @throws {@link CredentialsConfigError} when it is no base64 or no XML, breaks off, is no SAML 2.0 response, says that
 * the sign-in failed, is encrypted, or names a role wrongly. The message never quotes the assertion.
 * @public
 */
export async function listSamlRoles(assertion: string): Promise<SamlRoles> {
  const { readSamlAssertion } = await import("./read-saml-assertion.js");
  const { roles, roleSessionName, sessionDurationSeconds, usableUntil, encrypted } = await readSamlAssertion(assertion);
  if (encrypted) {
    const { encryptedRoles } = await import("./saml-role.js");
    throw encryptedRoles();
  }
  return Object.freeze({
    roles,
    ...(roleSessionName === undefined ? {} : { roleSessionName }),
    ...(sessionDurationSeconds === undefined ? {} : { sessionDurationSeconds }),
    ...(usableUntil === undefined ? {} : { usableUntil }),
  });
}
