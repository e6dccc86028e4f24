import { CredentialsConfigError } from "../../errors.js";

/**
 * A role that an assertion lets its holder assume, and the SAML provider in IAM that vouches for it.
 *
 * @public
 */
export interface SamlRole {
  /** The role's ARN: `RoleArn` of AssumeRoleWithSAML. */
  readonly roleArn: string;
  /** The ARN of the SAML provider in IAM: `PrincipalArn` of AssumeRoleWithSAML. */
  readonly principalArn: string;
}

/** The attribute whose values are pairs of a role and its provider. */
export const ROLE_ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/Role";

const ACCOUNT = String.raw`arn:aws[a-z-]*:iam::\d{12}`;
/** Names and paths of roles may hold commas, those of providers may not. */
const ROLE = `${ACCOUNT}:role/[!-~]+`;
const PROVIDER = String.raw`${ACCOUNT}:saml-provider/[\w.-]+`;
const ROLE_FIRST = new RegExp(`^(?<role>${ROLE})\\s*,\\s*(?<provider>${PROVIDER})$`);
const PROVIDER_FIRST = new RegExp(`^(?<provider>${PROVIDER})\\s*,\\s*(?<role>${ROLE})$`);

/**
 * The roles that the values of the role attribute name, duplicates and empty values left out, the order kept.
 *
 * @throws {@link CredentialsConfigError} naming the attribute and the value that is no pair.
 */
export function toSamlRoles(values: readonly string[]): readonly SamlRole[] {
  const roles = new Map<string, SamlRole>();
  for (const [index, value] of values.entries()) {
    const text = value.trim();
    if (text !== "") {
      const role = toSamlRole(text, index);
      roles.set(`${role.roleArn} ${role.principalArn}`, role);
    }
  }
  return Object.freeze([...roles.values()]);
}

function toSamlRole(text: string, index: number): SamlRole {
  const { role, provider } = (ROLE_FIRST.exec(text) ?? PROVIDER_FIRST.exec(text))?.groups ?? {};
  if (role === undefined || provider === undefined) {
    throw new CredentialsConfigError(
      `Value ${index + 1} of the SAML attribute ${ROLE_ATTRIBUTE} must be a role's ARN and a SAML provider's ARN with a ` +
        "comma between them, such as arn:aws:iam::123456789012:role/demo,arn:aws:iam::123456789012:saml-provider/idp; " +
        `got ${JSON.stringify(text.slice(0, 100))}. Mend the mapping at the identity provider.`,
    );
  }
  return Object.freeze({ roleArn: role, principalArn: provider });
}

/** Why the roles of an encrypted assertion are not known. */
export function encryptedRoles(): CredentialsConfigError {
  return new CredentialsConfigError(
    "`assertion` is encrypted (EncryptedAssertion): STS can read it where the SAML provider in IAM has the key, but its " +
      "roles cannot be read here. Give `roleArn` and `principalArn`.",
  );
}
