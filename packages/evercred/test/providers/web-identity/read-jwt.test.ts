import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJwt } from "../../../src/providers/web-identity/read-jwt.js";

const part = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const jwt = (payload: unknown, header: unknown = { alg: "RS256", kid: "k" }, signature = "c2lnbmVk") =>
  `${part(header)}.${part(payload)}.${signature}`;

async function messageOf(token: unknown): Promise<string> {
  try {
    await readJwt(token as string);
    return "taken";
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error).not.toHaveProperty("cause");
    return (error as Error).message;
  }
}

describe("what a token says", () => {
  const claims = { iss: "https://idp.example.com", sub: "repo:demo", aud: "sts.amazonaws.com", exp: 1_772_366_400 };

  it("reads issuer, subject, audience and expiration", async () => {
    expect(await readJwt(jwt(claims))).toStrictEqual({
      issuer: "https://idp.example.com",
      subject: "repo:demo",
      audience: ["sts.amazonaws.com"],
      expiresAt: new Date("2026-03-01T12:00:00Z"),
      signed: true,
    });
    expect((await readJwt(jwt({ ...claims, aud: ["a", 1, "b"] }))).audience).toEqual(["a", "b"]);
  });

  it("leaves out what is not there or of another kind", async () => {
    expect(await readJwt(jwt({}))).toStrictEqual({ signed: true });
    expect(await readJwt(jwt({ iss: 1, sub: {}, aud: [], exp: "soon" }))).toStrictEqual({ signed: true });
    expect(await readJwt(jwt({ exp: 1e300 }))).toStrictEqual({ signed: true });
  });

  it.each([
    ["the algorithm is none", jwt(claims, { alg: "none" })],
    ["the algorithm is NONE", jwt(claims, { alg: "NONE" })],
    ["no algorithm is named", jwt(claims, { kid: "k" })],
    ["nothing is where the signature belongs", jwt(claims, { alg: "RS256" }, "")],
  ])("is unsigned when %s", async (_, token) => {
    expect((await readJwt(token)).signed).toBe(false);
  });
});

describe("what is no token", () => {
  const good = jwt({ sub: "x" });
  const [header = "", payload = ""] = good.split(".");

  it.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /`token` must be a string; got undefined/],
    ["too short", "a.b", /`token` must have 4 to 20000 characters; got 3/],
    ["too long", `${good}${"x".repeat(20_001 - good.length)}`, /`token` must have 4 to 20000 characters; got 20001/],
    [
      "one part",
      "opaque-token",
      /`token` has 1 part, not 3, in its 12 characters\. It was cut off, or is no JWT: pass the/,
    ],
    ["two parts", `${header}.${payload}`, /`token` has 2 parts, not 3, in its \d+ characters\. It was cut off/],
    ["four parts", `${good}.x`, /`token` has 4 parts, not 3, .* It is no JWT:/],
    ["five parts", `${good}.x.y`, /`token` has 5 parts: it is encrypted, and STS takes signed tokens of 3 parts/],
    ["a line break", `${good}\n`, /`token` has white space inside its \d+ characters\. Pass the token alone/],
    ["a header line", `Bearer ${good}`, /without "Bearer"/],
    ["standard base64", `${header}.${payload}+.c2ln`, /its part 2 of \d+ characters is not base64url/],
    ["a header that is no JSON", `${part("no")}.${payload}.c2ln`, /its header of 3 characters holds no JSON object/],
    ["a payload that is no JSON", `${header}.${part("{no")}.c2ln`, /its payload of 4 characters holds no JSON object/],
    ["a payload that is a list", jwt([]), /its payload of 3 characters holds no JSON object/],
    ["an empty payload", `${header}..c2ln`, /its payload of 0 characters holds no JSON object/],
    ["an empty header", `.${payload}.c2ln`, /its header of 0 characters holds no JSON object/],
    [
      "bytes that are no text",
      `${header}.${Buffer.from([0xff, 0xfe]).toString("base64url")}.c2ln`,
      /payload of 3 characters/,
    ],
  ])("is refused: %s", async (_, token, message) => {
    expect(await messageOf(token)).toMatch(message);
  });

  it("takes 20000 characters", async () => {
    expect(await messageOf(`${good}${"x".repeat(20_000 - good.length)}`)).toBe("taken");
  });

  it("never shows the token", async () => {
    const secret = "Qz7mJ2kX9w";
    for (const token of [
      secret,
      `${secret}.x`,
      `${secret}.x.y`,
      `${part(`{"a":"${secret}`)}.${part(`{"b":"${secret}`)}.x`,
      `${header}.${part(`{"b":"${secret}`)}.x`,
    ]) {
      const error = await readJwt(token).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      expect(inspect(error, { depth: null, showHidden: true })).not.toContain(secret);
    }
  });

  it("reads or refuses anything", async () => {
    const segment = fc.oneof(fc.string(), fc.json().map(part), fc.base64String());
    const token = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(segment, { maxLength: 6 }).map((all) => all.join(".")),
    );
    await fc.assert(
      fc.asyncProperty(token, async (value) => void (await messageOf(value))),
      { numRuns: 500 },
    );
  });
});
