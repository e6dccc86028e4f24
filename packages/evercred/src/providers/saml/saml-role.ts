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
 * The roles that the values of the role attribute name, duplicates left out, the order kept. Values that are no pair are
 * passed over: one mistake at the identity provider does not keep anybody from the other roles.
 *
 * @throws {@link CredentialsConfigError} naming the attribute and a value, when there are values and none is a pair.
 */
export function toSamlRoles(values: readonly string[]): readonly SamlRole[] {
  const texts = values.map((value) => value.trim());
  const roles = new Map<string, SamlRole>();
  for (const role of texts.map(toSamlRole)) {
    if (role !== undefined) {
      roles.set(`${role.roleArn} ${role.principalArn}`, role);
    }
  }
  const wrong = texts.findIndex((text) => text !== "");
  if (roles.size === 0 && wrong >= 0) {
    throw noPair(texts[wrong] ?? "", wrong);
  }
  return Object.freeze([...roles.values()]);
}

function toSamlRole(text: string): SamlRole | undefined {
  const { role, provider } = (ROLE_FIRST.exec(text) ?? PROVIDER_FIRST.exec(text))?.groups ?? {};
  return role === undefined || provider === undefined
    ? undefined
    : Object.freeze({ roleArn: role, principalArn: provider });
}

function noPair(text: string, index: number): CredentialsConfigError {
  return new CredentialsConfigError(
    `Value ${index + 1} of the SAML attribute ${ROLE_ATTRIBUTE} must be a role's ARN and a SAML provider's ARN with a ` +
      "comma between them, such as arn:aws:iam::123456789012:role/demo,arn:aws:iam::123456789012:saml-provider/idp; " +
      `got ${JSON.stringify(text.slice(0, 100))}. Mend the mapping at the identity provider.`,
  );
}

/** Why the roles of an encrypted assertion are not known. */
export function encryptedRoles(): CredentialsConfigError {
  return new CredentialsConfigError(
    "`assertion` is encrypted (EncryptedAssertion): STS can read it where the SAML provider in IAM has the key, but its " +
      "roles cannot be read here. Give `roleArn` and `principalArn`.",
  );
}
