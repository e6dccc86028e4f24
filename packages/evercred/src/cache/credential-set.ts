import { CredentialsTransientError } from "../errors.js";
import type { Credentials, LoadedCredentials } from "../types.js";

/** What an SDK client would otherwise write onto the set: "credentials from code". */
const FROM_CODE = { CREDENTIALS_CODE: "e" };

/** A load's answer, checked, its credentials frozen. */
export type CheckedAnswer = Omit<LoadedCredentials, "credentials"> & { readonly credentials: Credentials };

/** Makes the error of who gave the credentials, out of what is wrong with them. */
export type Complain = (reason: string) => Error;

/**
 * Checks what a source answered and freezes it. A set is one immutable object, so that nobody reads half of a new one.
 *
 * @throws {@link CredentialsTransientError} naming what is missing, never what was there.
 */
export function checkAnswer(answer: unknown, name: string): CheckedAnswer {
  const complain: Complain = (reason) => unusable(name, reason);
  if (typeof answer !== "object" || answer === null) {
    throw complain(`it answered ${answer === null ? "null" : `a value of type ${typeof answer}`}`);
  }
  const loaded = "credentials" in answer ? (answer as LoadedCredentials) : undefined;
  return { ...loaded, credentials: freezeCredentials(loaded === undefined ? answer : loaded.credentials, complain) };
}

/** One frozen set out of what was given. Throws what `complain` makes of a member that is missing or no good. */
export function freezeCredentials(answer: unknown, complain: Complain): Credentials {
  const given = (typeof answer === "object" && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
  const text = (option: string): string => requireText(option, given[option], complain);
  const set: Record<string, unknown> = {
    ...given,
    accessKeyId: text("accessKeyId"),
    secretAccessKey: text("secretAccessKey"),
    $source: Object.freeze(sourceFeatures(given["$source"])),
  };
  for (const option of ["sessionToken", "accountId", "credentialScope", "expiration"]) {
    if (given[option] === undefined || given[option] === null) {
      delete set[option];
    } else {
      set[option] = option === "expiration" ? requireDate(given[option], complain) : text(option);
    }
  }
  return Object.freeze(set) as unknown as Credentials;
}

function requireText(option: string, value: unknown, complain: Complain): string {
  if (typeof value !== "string" || value === "") {
    throw complain(`\`${option}\` is ${value === "" ? "empty" : `of type ${typeof value}`}, not a string`);
  }
  return value;
}

function requireDate(value: unknown, complain: Complain): Date {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    const came = value instanceof Date ? "an invalid Date" : `of type ${typeof value}`;
    throw complain(`\`expiration\` is ${came}, not a valid Date`);
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
