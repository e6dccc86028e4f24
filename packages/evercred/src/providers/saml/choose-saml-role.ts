import { nearestName } from "../../cache/nearest-name.js";
import { CredentialsConfigError } from "../../errors.js";
import type { SamlAssertion } from "./read-saml-assertion.js";
import { encryptedRoles, ROLE_ATTRIBUTE, type SamlRole } from "./saml-role.js";

/** What the options of a provider say about the role. */
export interface WantedRole {
  readonly roleArn?: string | undefined;
  readonly principalArn?: string | undefined;
}

/** How many a message lists. */
const MOST_LISTED = 20;
/** How many names are compared, and to what length: the comparison is quadratic. */
const MOST_COMPARED = 200;
const LONGEST_COMPARED = 128;

/**
 * The one role of an assertion that is meant.
 *
 * @throws {@link CredentialsConfigError} when there is none or more than one, listing what there is.
 */
export function chooseSamlRole(assertion: SamlAssertion, wanted: WantedRole): SamlRole {
  const { roleArn, principalArn } = wanted;
  if (assertion.encrypted) {
    if (roleArn === undefined || principalArn === undefined) {
      throw encryptedRoles();
    }
    return { roleArn, principalArn };
  }
  if (assertion.roles.length === 0) {
    throw new CredentialsConfigError(
      `\`assertion\` has no role. Check that the identity provider sends the attribute ${ROLE_ATTRIBUTE}, and that ` +
        "somebody has been given a role there.",
    );
  }
  const ofRole = roleArn === undefined ? assertion.roles : withRole(assertion.roles, roleArn);
  const fitting = principalArn === undefined ? ofRole : withProvider(ofRole, principalArn, roleArn);
  const [only, ...others] = fitting;
  if (only === undefined || others.length > 0) {
    throw several(fitting);
  }
  return only;
}

function withRole(roles: readonly SamlRole[], roleArn: string): readonly SamlRole[] {
  const found = roles.filter((role) => role.roleArn === roleArn);
  if (found.length > 0) {
    return found;
  }
  const nearest = nearestRole(roleArn, roles);
  throw new CredentialsConfigError(
    `\`roleArn\` ${shown(roleArn)} is not among the roles of the assertion.` +
      `${nearest === undefined ? "" : ` Did you mean ${shown(nearest)}?`} It has ${listed(roles.map((role) => role.roleArn))}.`,
  );
}

function withProvider(
  roles: readonly SamlRole[],
  principalArn: string,
  roleArn: string | undefined,
): readonly SamlRole[] {
  const found = roles.filter((role) => role.principalArn === principalArn);
  if (found.length > 0) {
    return found;
  }
  const fails =
    roleArn === undefined
      ? "vouches for no role of the assertion"
      : `does not vouch for the role ${shown(roleArn)} there`;
  throw new CredentialsConfigError(
    `\`principalArn\` ${shown(principalArn)} ${fails}. It has to be ` +
      `${listed(roles.map((role) => role.principalArn))}. Set that, or leave \`principalArn\` out.`,
  );
}

function several(roles: readonly SamlRole[]): CredentialsConfigError {
  const roleArns = [...new Set(roles.map((role) => role.roleArn))];
  const [roleArn = "", ...others] = roleArns;
  return new CredentialsConfigError(
    others.length > 0
      ? `\`assertion\` has ${roleArns.length} roles: ${listed(roleArns)}. Set \`roleArn\` to one of them.`
      : `\`assertion\` has the role ${shown(roleArn)} under ${roles.length} SAML providers: ` +
          `${listed(roles.map((role) => role.principalArn))}. Set \`principalArn\` to one of them.`,
  );
}

/** By the name behind `role/`: the rest of two ARNs is much the same. */
function nearestRole(roleArn: string, roles: readonly SamlRole[]): string | undefined {
  const byName = new Map(roles.slice(0, MOST_COMPARED).map((role) => [nameOf(role.roleArn), role.roleArn]));
  const nearest = nearestName(nameOf(roleArn), [...byName.keys()]);
  return nearest === undefined ? undefined : byName.get(nearest);
}

function nameOf(roleArn: string): string {
  return roleArn.replace(/^[^/]*:role\//, "").slice(0, LONGEST_COMPARED);
}

function listed(arns: readonly string[]): string {
  const unique = [...new Set(arns)];
  const rest = unique.length - MOST_LISTED;
  return unique.slice(0, MOST_LISTED).map(shown).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** ARNs are no secret, but may be as long as 2048 characters. */
function shown(arn: string): string {
  return arn.length > 200 ? `${arn.slice(0, 200)}…` : arn;
}
