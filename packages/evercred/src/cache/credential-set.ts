import { CredentialsTransientError } from "../errors.js";
import type { Credentials, LoadedCredentials } from "../types.js";

/** What an SDK client would otherwise write onto the set: "credentials from code". */
const FROM_CODE = Object.freeze({ CREDENTIALS_CODE: "e" });

/** The members that are checked one by one; any other comes along as it is. */
const KNOWN = new Set([
  "accessKeyId",
  "secretAccessKey",
  "sessionToken",
  "accountId",
  "credentialScope",
  "expiration",
  "$source",
]);

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
  const { credentials, serverDate, origin, details } = ("credentials" in answer ? answer : { credentials: answer }) as {
    readonly credentials: unknown;
  } & Omit<LoadedCredentials, "credentials">;
  if (isGiven(serverDate) && !(serverDate instanceof Date)) {
    throw complain(`\`serverDate\` is of type ${typeof serverDate}, not a Date`);
  }
  if (isGiven(origin) && !Array.isArray(origin)) {
    throw complain(`\`origin\` is of type ${typeof origin}, not an array`);
  }
  return { credentials: freezeCredentials(credentials, complain), serverDate, origin, details };
}

/** One frozen set out of what was given. Throws what `complain` makes of a member that is missing or no good. */
export function freezeCredentials(answer: unknown, complain: Complain): Credentials {
  const given = (typeof answer === "object" && answer !== null ? answer : {}) as Readonly<Record<string, unknown>>;
  const text = (option: string): string => requireText(option, given[option], complain);
  // Member by member: an object made by a spread has a hidden class of its own, which weighs more than the credentials.
  const set: Record<string, unknown> = {
    accessKeyId: text("accessKeyId"),
    secretAccessKey: text("secretAccessKey"),
  };
  for (const option of ["sessionToken", "accountId", "credentialScope"]) {
    if (isGiven(given[option])) {
      set[option] = text(option);
    }
  }
  if (isGiven(given["expiration"])) {
    set["expiration"] = requireDate(given["expiration"], complain);
  }
  for (const option of Object.keys(given)) {
    if (!KNOWN.has(option) && isGiven(given[option])) {
      set[option] = given[option];
    }
  }
  set["$source"] = sourceFeatures(given["$source"]);
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

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function sourceFeatures(given: unknown): object {
  const features: Record<string, unknown> = {};
  for (const [feature, id] of Object.entries(typeof given === "object" && given !== null ? given : {})) {
    features[feature] = id;
  }
  return Object.keys(features).length === 0 ? FROM_CODE : Object.freeze(features);
}

function unusable(name: string, reason: string): CredentialsTransientError {
  return new CredentialsTransientError(
    `${name} answered nothing usable: ${reason}. A source must answer { accessKeyId, secretAccessKey } and may add ` +
      "sessionToken, expiration (a Date), accountId and credentialScope. Check the source's `load`.",
  );
}
