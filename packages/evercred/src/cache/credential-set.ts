import { CredentialsTransientError } from "../errors.js";
import type { Credentials, LoadedCredentials } from "../types.js";

/** What an SDK client would otherwise write onto the set: "credentials from code". */
const FROM_CODE = { CREDENTIALS_CODE: "e" };

/** A load's answer, checked, its credentials frozen. */
export type CheckedAnswer = Omit<LoadedCredentials, "credentials"> & { readonly credentials: Credentials };

/**
 * Checks what a source answered and freezes it. A set is one immutable object, so that nobody reads half of a new one.
 *
 * @throws {@link CredentialsTransientError} naming what is missing, never what was there.
 */
export function checkAnswer(answer: unknown, name: string): CheckedAnswer {
  if (typeof answer !== "object" || answer === null) {
    throw unusable(name, `it answered ${answer === null ? "null" : `a value of type ${typeof answer}`}`);
  }
  const loaded = "credentials" in answer ? (answer as LoadedCredentials) : undefined;
  return { ...loaded, credentials: freezeCredentials(loaded === undefined ? answer : loaded.credentials, name) };
}

/**
 * One frozen set out of what a source answered.
 *
 * @throws {@link CredentialsTransientError} naming what is missing, never what was there.
 */
export function freezeCredentials(answer: unknown, name: string): Credentials {
  const given = (typeof answer === "object" && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
  const set: Record<string, unknown> = {
    ...given,
    accessKeyId: requireText(given, "accessKeyId", name),
    secretAccessKey: requireText(given, "secretAccessKey", name),
    $source: Object.freeze(sourceFeatures(given["$source"])),
  };
  for (const option of ["sessionToken", "accountId", "credentialScope", "expiration"]) {
    if (given[option] === undefined || given[option] === null) {
      delete set[option];
    } else if (option === "expiration") {
      set[option] = requireDate(given[option], name);
    } else {
      set[option] = requireText(given, option, name);
    }
  }
  return Object.freeze(set) as unknown as Credentials;
}

function requireText(given: Readonly<Record<string, unknown>>, option: string, name: string): string {
  const value = given[option];
  if (typeof value !== "string" || value === "") {
    throw unusable(name, `its \`${option}\` is ${value === "" ? "empty" : `of type ${typeof value}`}, not a string`);
  }
  return value;
}

function requireDate(value: unknown, name: string): Date {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    const came = value instanceof Date ? "an invalid Date" : `of type ${typeof value}`;
    throw unusable(name, `its \`expiration\` is ${came}, not a valid Date`);
  }
  return new Date(value);
}

function sourceFeatures(given: unknown): object {
  const features = typeof given === "object" && given !== null ? { ...given } : {};
  return Object.keys(features).length === 0 ? { ...FROM_CODE } : features;
}

function unusable(name: string, reason: string): CredentialsTransientError {
  return new CredentialsTransientError(
    `${name} answered nothing usable: ${reason}. A source must answer { accessKeyId, secretAccessKey } and may add ` +
      "sessionToken, expiration (a Date), accountId and credentialScope. Check the source's `load`.",
  );
}
