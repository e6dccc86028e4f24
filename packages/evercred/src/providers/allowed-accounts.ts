import type { BoundSource } from "../cache/bound-source.js";
import { keyParts } from "../cache/bound-source.js";
import { checkAnswer } from "../cache/credential-set.js";
import { kindOf } from "../cache/option-checks.js";
import { CredentialsConfigError } from "../errors.js";
import type { StsOptions } from "../sts/sts-options.js";
import type { LoadedCredentials } from "../types.js";
import { accountOf } from "./caller-identity.js";

/**
 * Which accounts credentials may belong to.
 *
 * @public
 */
export interface AccountOptions {
  /**
   * Account ids of twelve digits: credentials of any other account are refused with `ERR_CREDENTIALS_CONFIG`. Where the
   * source does not say the account, STS is asked for it (GetCallerIdentity); for `fromEnv` and `fromStatic` also where
   * it is said. Default: any account.
   */
  readonly allowedAccountIds?: readonly string[] | undefined;
}

/** The accounts that were allowed; `undefined` allows any. */
export type AllowedAccounts = readonly string[] | undefined;

/**
 * Reads the option.
 *
 * @throws {@link CredentialsConfigError}
 */
export function readAllowedAccounts(options: AccountOptions): AllowedAccounts {
  const { allowedAccountIds } = options;
  if (allowedAccountIds === undefined) {
    return undefined;
  }
  if (!Array.isArray(allowedAccountIds) || allowedAccountIds.length === 0) {
    throw new CredentialsConfigError(
      `\`allowedAccountIds\` must be an array of one or more account ids; got ${
        Array.isArray(allowedAccountIds) ? "an empty one" : kindOf(allowedAccountIds)
      }.`,
    );
  }
  for (const [index, id] of allowedAccountIds.entries()) {
    if (typeof id !== "string" || !/^\d{12}$/.test(id)) {
      const came = typeof id === "string" ? `${id.length} characters` : kindOf(id);
      throw new CredentialsConfigError(
        `\`allowedAccountIds[${index}]\` must be a string of twelve digits; got ${came}.`,
      );
    }
  }
  return [...allowedAccountIds].sort();
}

/**
 * Refuses credentials of an account that is not allowed.
 *
 * @throws {@link CredentialsConfigError} naming both.
 */
export function requireAllowed(accountId: string, allowed: AllowedAccounts, name: string): void {
  if (allowed !== undefined && !allowed.includes(accountId)) {
    throw new CredentialsConfigError(
      `The credentials of ${name} belong to account ${accountId}, and \`allowedAccountIds\` has ${allowed.join(", ")}. ` +
        "Use credentials of an account that it has, or add this one.",
    );
  }
}

/** The same source, whose loads refuse credentials of accounts that are not allowed. */
export function guardAccounts(source: BoundSource, allowed: AllowedAccounts, options: StsOptions = {}): BoundSource {
  if (allowed === undefined) {
    return source;
  }
  const guardedKey = (): ReturnType<typeof keyParts> => ({ ...keyParts(source), allowedAccountIds: allowed });
  return {
    ...source,
    key: typeof source.key === "function" ? guardedKey : guardedKey(),
    async load(context) {
      const answer = checkAnswer(await source.load(context), source.name);
      const { credentials } = answer;
      const accountId = credentials.accountId ?? (await accountOf(credentials, context, options));
      requireAllowed(accountId, allowed, source.name);
      return { ...answer, credentials: { ...credentials, accountId } } satisfies LoadedCredentials;
    },
  };
}
