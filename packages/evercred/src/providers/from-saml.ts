import type { AssumeRoleWithSAMLCommandInput, AssumeRoleWithSAMLCommandOutput } from "@aws-sdk/client-sts";
import type { CredentialCache } from "../cache/credential-cache.js";
import { requireBoolean, requireKnown } from "../cache/option-checks.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import { CredentialsConfigError, type CredentialsDeniedError } from "../errors.js";
import { requireRoleArn, requireText, SAML_PROVIDER_ARN } from "../sts/input-limits.js";
import { checkStsOptions, type StsOptions } from "../sts/sts-options.js";
import type { CredentialProvider, KeyParts, LoadContext, LoadedCredentials } from "../types.js";
import { type AdjustmentRules, beginAdjusting } from "./adjustments.js";
import { guardAccounts, readAllowedAccounts, requireAllowed } from "./allowed-accounts.js";
import { assumedRoleDetails } from "./assumed-role.js";
import {
  FEDERATED_ROLE_OPTIONS,
  type FederatedRoleInput,
  type FederatedRoleOptions,
  federatedRoleInput,
  federatedRoleKey,
  federatedRoleRules,
} from "./federated-role.js";
import { accountInArn, loadFromSts } from "./load-from-sts.js";
import { type AssertionDesk, assertionDesk, type SamlAssertionSource } from "./saml/assertion-desk.js";

/**
 * Options of {@link fromSaml}: AWS's own words in camelCase. The session's name, tags and source identity come from the
 * assertion.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 *
 * @public
 */
export interface SamlOptions extends FederatedRoleOptions {
  /**
   * What the identity provider posts as SAMLResponse: base64, 4 to 100 000 characters. A function is asked when somebody
   * waits, once for all of them, and its assertion serves every role until it may not be used any more. A text cannot be
   * renewed.
   */
  readonly assertion: string | SamlAssertionSource;
  /** The role's ARN: 20 to 2048 characters. Default: the role of the assertion, when it has one only. */
  readonly roleArn?: string | undefined;
  /** The ARN of the SAML provider in IAM: 20 to 2048 characters. Default: the one that the assertion names with the role. */
  readonly principalArn?: string | undefined;
  /**
   * The function `assertion` may prompt a person: it is never asked by a background refresh. Default: true for a function,
   * false for a text.
   */
  readonly interactive?: boolean | undefined;
}

const OPTIONS: readonly (keyof SamlOptions)[] = [
  "assertion",
  "roleArn",
  "principalArn",
  "interactive",
  ...FEDERATED_ROLE_OPTIONS,
];

/** One role as its loads need it. */
interface Role {
  readonly label: string;
  readonly wanted: { readonly roleArn?: string | undefined; readonly principalArn?: string | undefined };
  readonly input: FederatedRoleInput;
  readonly desk: AssertionDesk;
  readonly interactive: boolean;
  readonly sts: StsOptions;
  readonly rules: AdjustmentRules;
  readonly cache: CredentialCache;
}

/**
 * A role's temporary credentials for somebody who signed in with a SAML 2.0 identity provider, by `AssumeRoleWithSAML`.
 * The call is not signed. {@link listSamlRoles} says which roles an assertion has.
 *
 * Calls fail with `ERR_CREDENTIALS_CONFIG` when the assertion is none, is not signed, or does not have the role (the
 * message lists those it has), `ERR_CREDENTIALS_EXPIRED` when it may not be used any more and no other one is there,
 * `ERR_CREDENTIALS_DENIED` when STS refuses it, and otherwise as those of {@link fromAssumeRole}. Once expired, the
 * session is not served.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function fromSaml(options: SamlOptions): CredentialProvider {
  requireKnown("fromSaml", options, OPTIONS);
  const cache = cacheOrShared(options.cache);
  const { assertion, roleArn, principalArn, interactive = typeof assertion === "function" } = options;
  requireBoolean("interactive", interactive);
  const allowed = readAllowedAccounts(options);
  const given = roleArn === undefined ? undefined : requireRoleArn("roleArn", roleArn);
  if (given !== undefined) {
    requireAllowed(given.accountId, allowed, `the role ${given.arn}`);
  }
  if (principalArn !== undefined) {
    requireProvider(principalArn);
  }
  const role: Role = {
    label: given === undefined ? "saml" : `saml ${given.arn}`,
    wanted: { roleArn, principalArn },
    input: federatedRoleInput(options),
    desk: assertionDesk(assertion, interactive),
    interactive,
    sts: checkStsOptions(options, given?.partition),
    rules: federatedRoleRules(options),
    cache,
  };
  const source = {
    name: `${role.label} ← ${role.desk.name}`,
    key: () => keyOf(role),
    load: (context: LoadContext) => assume(role, context),
    interactive,
    session: "role" as const,
  };
  return cache.provider(guardAccounts(source, allowed, role.sts));
}

function requireProvider(principalArn: unknown): void {
  const arn = requireText("principalArn", principalArn, SAML_PROVIDER_ARN);
  if (!/^arn:aws[a-z-]*:iam::\d{12}:saml-provider\/./.test(arn)) {
    throw new CredentialsConfigError(
      "`principalArn` must be the ARN of a SAML provider such as arn:aws:iam::123456789012:saml-provider/idp; got " +
        `${JSON.stringify(arn.slice(0, 100))}.`,
    );
  }
}

function keyOf(role: Role): KeyParts {
  return {
    operation: "AssumeRoleWithSAML",
    RoleArn: role.wanted.roleArn,
    PrincipalArn: role.wanted.principalArn,
    ...federatedRoleKey(role),
    assertion: role.desk.key(),
    // Who may prompt and who may not do not share: the background of one would prompt for the other.
    interactive: role.interactive,
  };
}

async function assume(role: Role, context: LoadContext): Promise<LoadedCredentials> {
  const { desk, cache, input } = role;
  const { text, said } = await desk.ask(context);
  const { chooseSamlRole } = await import("./saml/choose-saml-role.js");
  const { roleArn, principalArn } = chooseSamlRole(said, role.wanted);
  const { partition } = requireRoleArn("roleArn", roleArn);
  const key = (): KeyParts => ({ ...keyOf(role), RoleArn: roleArn });
  const adjusting = beginAdjusting(input, role.rules, { cache, key, context });
  try {
    return await loadFromSts<AssumeRoleWithSAMLCommandInput, AssumeRoleWithSAMLCommandOutput>({
      operation: "AssumeRoleWithSAML",
      label: `saml ${roleArn}`,
      target: roleArn,
      partition,
      options: checkStsOptions(role.sts, partition),
      context,
      signer: undefined,
      tokenOrigin: [desk.name],
      renewal: `${desk.renewal} STS takes an assertion for five minutes after its issue.`,
      input: async () => ({
        ...adjusting.input(),
        RoleArn: roleArn,
        PrincipalArn: principalArn,
        SAMLAssertion: text,
      }),
      secrets: (sent) => [sent.SAMLAssertion ?? ""],
      learn: adjusting.learn,
      attempts: 3,
      feature: { CREDENTIALS_STS_ASSUME_ROLE_SAML: "j" },
      accountId: (output) => accountInArn(output.AssumedRoleUser?.Arn),
      details: (output) => ({ ...detailsOf(output), principalArn, ...adjusting.details() }),
    });
  } catch (error) {
    if (isSpent(error)) {
      desk.drop(text);
    }
    throw error;
  }
}

/** STS does not take the assertion any more. An outage, or a role that is refused, says nothing about it. */
function isSpent(error: unknown): boolean {
  const { code, serviceCode = "" } = error as Partial<CredentialsDeniedError>;
  return code === "ERR_CREDENTIALS_EXPIRED" || ["InvalidIdentityToken", "IDPRejectedClaim"].includes(serviceCode);
}

function detailsOf(output: AssumeRoleWithSAMLCommandOutput): Readonly<Record<string, string | number | undefined>> {
  const { Audience, Issuer, NameQualifier, Subject, SubjectType } = output;
  return {
    ...assumedRoleDetails(output),
    subject: Subject,
    subjectType: SubjectType,
    issuer: Issuer,
    audience: Audience,
    nameQualifier: NameQualifier,
  };
}
