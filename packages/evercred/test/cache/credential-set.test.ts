import { describe, expect, it } from "vitest";
import { checkAnswer } from "../../src/cache/credential-set.js";
import { CredentialsTransientError } from "../../src/index.js";
import { EXAMPLE_KEY_ID, randomCredentials, randomSecret } from "../support/random-credentials.js";

const secretAccessKey = randomSecret();
const good = { accessKeyId: EXAMPLE_KEY_ID, secretAccessKey };

function refusalOf(answer: unknown): Error {
  try {
    checkAnswer(answer, "test source");
  } catch (error) {
    return error as Error;
  }
  throw new Error("the answer was taken");
}

describe("refuses", () => {
  it.each<[string, unknown, string]>([
    ["nothing", undefined, "a value of type undefined"],
    ["null", null, "null"],
    ["text", secretAccessKey, "a value of type string"],
    ["a number", 42, "a value of type number"],
    ["an empty object", {}, "`accessKeyId` is of type undefined"],
    ["no secret", { accessKeyId: EXAMPLE_KEY_ID }, "`secretAccessKey` is of type undefined"],
    ["an empty secret", { ...good, secretAccessKey: "" }, "`secretAccessKey` is empty"],
    ["a list for a key id", { ...good, accessKeyId: [secretAccessKey] }, "`accessKeyId` is of type object"],
    ["an empty session token", { ...good, sessionToken: "" }, "`sessionToken` is empty"],
    ["a number for a token", { ...good, sessionToken: 1 }, "`sessionToken` is of type number"],
    ["text for an expiration", { ...good, expiration: "2026-01-01T00:00:00Z" }, "`expiration` is of type string"],
    ["a number for an expiration", { ...good, expiration: 1 }, "`expiration` is of type number"],
    ["an invalid date", { ...good, expiration: new Date(Number.NaN) }, "`expiration` is an invalid Date"],
    ["an account that is no text", { ...good, accountId: 123456789012 }, "`accountId` is of type number"],
    ["credentials of null", { credentials: null }, "`accessKeyId` is of type undefined"],
    ["credentials that are text", { credentials: secretAccessKey }, "`accessKeyId` is of type undefined"],
    ["credentials without secret", { credentials: { accessKeyId: "x" } }, "`secretAccessKey` is of type undefined"],
  ])("%s, saying what is wrong and no secret", (_, answer, said) => {
    const error = refusalOf(answer);
    expect(error).toBeInstanceOf(CredentialsTransientError);
    expect(error.message).toContain("test source answered nothing usable");
    expect(error.message).toContain(said);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(secretAccessKey);
  });
});

it("answers one frozen set, apart from what the source keeps", () => {
  const expiration = new Date(Date.UTC(2026, 0, 1));
  const answer = { ...randomCredentials({ expiration, accountId: "123456789012" }), accessKeyId: EXAMPLE_KEY_ID };
  const { credentials } = checkAnswer(answer, "test source");
  expect(credentials).toEqual({ ...answer, $source: { CREDENTIALS_CODE: "e" } });
  expect(Object.isFrozen(credentials)).toBe(true);
  Object.assign(answer, { accessKeyId: "changed" });
  expiration.setTime(0);
  expect(credentials.accessKeyId).not.toBe("changed");
  expect(credentials.expiration?.getTime()).toBe(Date.UTC(2026, 0, 1));
});

it("keeps the features a source names, frozen, and names code where it names none", () => {
  const $source = { CREDENTIALS_STS_ASSUME_ROLE: "i" } as const;
  const named = checkAnswer({ ...good, $source }, "test source").credentials as { readonly $source?: object };
  expect(named.$source).toEqual($source);
  expect(named.$source).not.toBe($source);
  expect(Object.isFrozen(named.$source)).toBe(true);
  const unnamed = checkAnswer({ ...good, $source: {} }, "test source").credentials as { readonly $source?: object };
  expect(unnamed.$source).toEqual({ CREDENTIALS_CODE: "e" });
});

it("leaves out optional members that are undefined or null", () => {
  const answer = { ...good, sessionToken: undefined, expiration: null, accountId: undefined, credentialScope: null };
  const { credentials } = checkAnswer(answer, "test source");
  expect(Object.keys(credentials).sort()).toEqual(["$source", "accessKeyId", "secretAccessKey"]);
});

it("reads members that an object inherits, as the classes of older SDKs have them", () => {
  const { credentials } = checkAnswer(Object.create({ ...good, sessionToken: "inherited" }), "test source");
  expect(credentials).toMatchObject({ ...good, sessionToken: "inherited" });
});

it.each(["serverDate", "origin"])("refuses a `%s` of another type", (member) => {
  expect(() => checkAnswer({ credentials: good, [member]: 5 }, "test source")).toThrow(
    `\`${member}\` is of type number`,
  );
});

it("passes on what a source says beside the credentials", () => {
  const beside = { serverDate: new Date(0), origin: ["one", "two"], details: { packedPolicySize: 6 } };
  expect(checkAnswer({ credentials: good, ...beside }, "test source")).toMatchObject(beside);
});
