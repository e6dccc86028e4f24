import { canonicalJson } from "../cache/cache-key.js";
import { kindOf } from "../cache/option-checks.js";
import { CredentialsConfigError } from "../errors.js";
import type { KeyValue } from "../types.js";

/** The bound of one option: its length, and the characters it may hold. */
export interface TextLimit {
  readonly min: number;
  readonly max: number;
  readonly pattern?: RegExp;
  /** The pattern in words. */
  readonly allowed?: string;
}

/**
 * Holds an option to its bound before the call, the value's length in the message and never the value.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireText(option: string, value: unknown, limit: TextLimit): string {
  const { min, max, pattern, allowed } = limit;
  if (typeof value !== "string") {
    throw new CredentialsConfigError(`\`${option}\` must be a string; got ${kindOf(value)}.`);
  }
  const length = [...value].length;
  if (length < min || length > max) {
    const bound = min === max ? `exactly ${min}` : `${min} to ${max}`;
    throw new CredentialsConfigError(`\`${option}\` must have ${bound} characters; got ${length}.`);
  }
  if (pattern !== undefined && !pattern.test(value)) {
    const where = [...value].findIndex((character) => !pattern.test(character));
    const place = min === max || where < 0 ? "" : ` (the one at position ${where + 1} is not allowed)`;
    throw new CredentialsConfigError(`\`${option}\` must be made of ${allowed}; got ${length} characters${place}.`);
  }
  return value;
}

/**
 * Holds a duration to its bound.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireSeconds(option: string, value: unknown, bound: { min: number; max: number }): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < bound.min || value > bound.max) {
    const came = typeof value === "number" ? String(value) : kindOf(value);
    throw new CredentialsConfigError(
      `\`${option}\` must be a whole number of seconds from ${bound.min} to ${bound.max}; got ${came}.`,
    );
  }
  return value;
}

/**
 * Holds a list to its length.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireList<T>(option: string, value: readonly T[] | unknown, max: number): readonly T[] {
  if (!Array.isArray(value)) {
    throw new CredentialsConfigError(`\`${option}\` must be an array; got ${kindOf(value)}.`);
  }
  if (value.length > max) {
    throw new CredentialsConfigError(`\`${option}\` must have at most ${max} members; got ${value.length}.`);
  }
  return value;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, where every limit of this file comes from. */
const NAME_CHARACTERS = { pattern: /^[\w+=,.@-]+$/, allowed: "letters, digits and _+=,.@-" };

/** `RoleSessionName`. */
export const ROLE_SESSION_NAME: TextLimit = { min: 2, max: 64, ...NAME_CHARACTERS };
/** `Name` of GetFederationToken. */
export const FEDERATION_NAME: TextLimit = { min: 2, max: 32, ...NAME_CHARACTERS };
/** `SourceIdentity`. */
export const SOURCE_IDENTITY: TextLimit = { min: 2, max: 64, ...NAME_CHARACTERS };
/** `ExternalId`. */
export const EXTERNAL_ID: TextLimit = {
  min: 2,
  max: 1224,
  pattern: /^[\w+=,.@:/-]+$/,
  allowed: "letters, digits and _+=,.@:/-",
};
/** `SerialNumber` of an MFA device: its ARN, or the number on a hardware device. */
export const SERIAL_NUMBER: TextLimit = {
  min: 9,
  max: 256,
  pattern: /^[\w+=/:,.@-]+$/,
  allowed: "letters, digits and _+=/:,.@-",
};
/** `WebIdentityToken`. */
export const WEB_IDENTITY_TOKEN: TextLimit = { min: 4, max: 20_000 };
/** `PrincipalArn` of AssumeRoleWithSAML. */
export const SAML_PROVIDER_ARN: TextLimit = { min: 20, max: 2048 };
/** `ProviderId`. */
export const PROVIDER_ID: TextLimit = { min: 4, max: 2048 };
/** A tag's key. */
export const TAG_KEY: TextLimit = {
  min: 1,
  max: 128,
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u,
  allowed: "letters, spaces, digits and _.:/=+-@",
};
/** A tag's value. */
export const TAG_VALUE: TextLimit = {
  min: 0,
  max: 256,
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
  allowed: "letters, spaces, digits and _.:/=+-@",
};
/** Any ARN. */
export const ARN: TextLimit = { min: 20, max: 2048 };
/** `DurationSeconds` of AssumeRole and its kin. */
export const ROLE_DURATION_SECONDS: { readonly min: number; readonly max: number } = { min: 900, max: 43_200 };
/** `DurationSeconds` of GetSessionToken and GetFederationToken. */
export const USER_DURATION_SECONDS: { readonly min: number; readonly max: number } = { min: 900, max: 129_600 };
/** `Policy` of every operation but AssumeRole, for which the bound is documented and not in the service's model. */
export const LONGEST_POLICY = 2048;
/** How many session tags a session may carry. */
export const MOST_TAGS = 50;

/** The name and path of a role are printable ASCII. */
const ROLE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/[!-~]+$/;

/** A role's ARN, and what it tells. */
export interface RoleArn {
  readonly arn: string;
  readonly partition: string;
  readonly accountId: string;
}

/**
 * Checks a role's ARN.
 *
 * @throws {@link CredentialsConfigError} when it is none.
 */
export function requireRoleArn(option: string, value: unknown): RoleArn {
  const [, partition, accountId] = typeof value === "string" ? (ROLE_ARN.exec(value) ?? []) : [];
  if (typeof value === "string" && (partition === undefined || accountId === undefined)) {
    throw new CredentialsConfigError(
      `\`${option}\` must be a role's ARN such as arn:aws:iam::123456789012:role/demo; got ` +
        `${JSON.stringify(value.slice(0, 100))}.`,
    );
  }
  return { arn: requireText(option, value, ARN), partition: partition ?? "aws", accountId: accountId ?? "" };
}

/** Characters a policy may hold. */
const POLICY_TEXT = /^[\t\n\r -\u00FF]+$/;

/**
 * A session policy as the one text that stands for it, whether it was given as text or as an object.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requirePolicy(option: string, value: unknown, max: number = Number.POSITIVE_INFINITY): string {
  let parsed: KeyValue;
  if (typeof value === "object" && value !== null && Symbol.iterator in value && !Array.isArray(value)) {
    throw new CredentialsConfigError(`\`${option}\` must be a plain object with a "Statement"; it is a collection.`);
  }
  try {
    parsed = JSON.parse(typeof value === "string" ? value : (JSON.stringify(value) ?? "null"));
  } catch {
    const came =
      typeof value === "string" ? `the ${value.length} characters given are not` : "it cannot be written as such";
    throw new CredentialsConfigError(`\`${option}\` must be valid JSON; ${came}.`);
  }
  if (typeof parsed !== "object" || parsed === null || !("Statement" in parsed)) {
    throw new CredentialsConfigError(`\`${option}\` must be a JSON object with a "Statement"; it is something else.`);
  }
  const policy = canonicalJson(parsed);
  if (!POLICY_TEXT.test(policy)) {
    throw new CredentialsConfigError(`\`${option}\` may hold characters up to U+00FF only; escape the others.`);
  }
  if (policy.length > max) {
    throw new CredentialsConfigError(
      `\`${option}\` must have at most ${max} characters without white space; got ${policy.length}. Shorten it, or use ` +
        "managed policies (`policyArns`).",
    );
  }
  return policy;
}
