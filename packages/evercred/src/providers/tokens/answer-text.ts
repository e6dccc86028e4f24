import { CredentialsConfigError } from "../../errors.js";
import { type HttpAnswer, MOST_ANSWER_BYTES } from "./http-exchange.js";

/** What an answer says when it refuses. */
export interface Refusal {
  /** For example `invalid_client`. */
  readonly code: string | undefined;
  /** The code and its description for a message: short, without control characters and without secrets. Or empty. */
  readonly reason: string;
}

/** Who answered, and what to do about an answer that is of no use. */
export interface Answerer {
  /** Who answered: the begin of a sentence. */
  readonly what: string;
  /** What to check when it refuses, or when something else answers in its place. */
  readonly advice: string;
  /** Never printed, also when the answer quotes them. */
  readonly secrets: readonly string[];
}

const LONGEST_QUOTE = 200;

/** Any JWT: its first part is the base64url of `{"`. */
const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Control characters, and what turns text around or hides it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** A text of somebody else's, as a message may hold it. */
export function quotable(text: string, secrets: readonly string[]): string {
  // The longest go first: a short one may be a part of them.
  const longestFirst = secrets.filter((secret) => secret !== "").sort((one, other) => other.length - one.length);
  const safe = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, "***"), text).replace(TOKEN, "***");
  return safe.replace(UNPRINTABLE, " ").trim().slice(0, LONGEST_QUOTE);
}

/** Reads `error`, `error_description` and `message`, the members that OAuth and the clouds use, and nothing else. */
export function refusalOf(answer: HttpAnswer, secrets: readonly string[]): Refusal {
  const body = membersOf(answer) ?? {};
  const inner = asMembers(body["error"]) ?? {};
  const read = (value: unknown): string | undefined =>
    typeof value === "string" ? quotable(value, secrets) || undefined : undefined;
  const code = read(body["error"]) ?? read(inner["code"]);
  const description = read(body["error_description"]) ?? read(inner["message"]) ?? read(body["message"]);
  return { code, reason: [code, description].filter((part) => part !== undefined).join(": ") };
}

/**
 * The members of a JSON answer.
 *
 * @throws {@link CredentialsConfigError} saying what came in its place.
 */
export function requireJson(answer: HttpAnswer, from: Answerer): Readonly<Record<string, unknown>> {
  const members = membersOf(answer);
  if (members === undefined) {
    throw notUsable(answer, from, `${describe(answer)} in place of a JSON object`);
  }
  return members;
}

/**
 * One member of a JSON answer, a text that is not empty.
 *
 * @throws {@link CredentialsConfigError} saying what came in its place.
 */
export function requireMember(answer: HttpAnswer, member: string, from: Answerer): string {
  const value = requireJson(answer, from)[member];
  if (typeof value === "string" && value.trim() !== "") {
    return value;
  }
  const { reason } = refusalOf(answer, from.secrets);
  const came = typeof value === "string" ? "an empty" : value === undefined ? "no" : "no text for";
  throw notUsable(answer, from, `JSON with ${came} \`${member}\`${reason === "" ? "" : ` (${reason})`}`);
}

/** The error for an answer that says "fine" and is of no use. */
export function notUsable(answer: HttpAnswer, from: Answerer, came: string): CredentialsConfigError {
  return new CredentialsConfigError(`${from.what} answered ${answer.status} with ${came}. ${from.advice}`);
}

/** What an answer is, without what is in it. */
export function describe(answer: HttpAnswer): string {
  return answer.text === undefined
    ? `more than ${MOST_ANSWER_BYTES / 1024} KiB of ${answer.mediaType}`
    : `${answer.text.length} characters of ${answer.mediaType}`;
}

function membersOf(answer: HttpAnswer): Readonly<Record<string, unknown>> | undefined {
  try {
    return asMembers(JSON.parse(answer.text ?? ""));
  } catch {
    return undefined;
  }
}

function asMembers(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
