import { createSamlIdp } from "@evercred/testing";
import { fromSaml } from "evercred";
import { describe, expect, it, vi } from "vitest";
import { roleArn } from "../support/emulated-aws.js";
import { failureOf } from "../support/outcome.js";
import { awsWithSaml, SAML_PROVIDER } from "./aws-with-saml.js";
import { settled } from "./sdk-clients.js";
import { shown, shownProvider } from "./shown.js";

const OPERATION = "AssumeRoleWithSAML";
const MINUTE_MS = 60_000;

describe("the role", () => {
  it.each(["role-first", "provider-first"] as const)("is the only one of the assertion, its pair %s", async (order) => {
    const { emulator, at, assertion } = await awsWithSaml();
    const provider = fromSaml({ ...at, assertion: () => assertion({ order }) });
    await provider();
    expect(emulator.requests[0]?.parameters).toMatchObject({ RoleArn: roleArn("saml"), PrincipalArn: SAML_PROVIDER });
    expect(provider.name).toMatch(/^saml ← saml assertion function/);
  });

  it("has to be named where there are several: the message lists them", async () => {
    const { emulator, at, assertion, pair } = await awsWithSaml();
    const roles = [pair("saml-1"), pair("saml-2")];
    const error = await failureOf(fromSaml({ ...at, assertion: () => assertion({ roles }) })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error.message).toContain(`2 roles: ${roleArn("saml-1")}, ${roleArn("saml-2")}. Set \`roleArn\``);
    expect(emulator.count(OPERATION)).toBe(0);
  });

  it("that is not in the assertion is told from those that are, the nearest first", async () => {
    const { emulator, at, assertion, pair } = await awsWithSaml();
    const roles = [pair("saml-1"), pair("administrator")];
    const wanted = { roleArn: roleArn("administrater"), assertion: () => assertion({ roles }) };
    const error = await failureOf(fromSaml({ ...at, ...wanted })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error.message).toMatch(/not among the roles.*Did you mean \S+\/administrator\?.*role\/saml-1/s);
    expect(emulator.count(OPERATION)).toBe(0);
  });

  it("is taken with the SAML provider that is named, of two that vouch for it", async () => {
    const { emulator, at, assertion, pair } = await awsWithSaml();
    const other = { ...pair("saml"), principalArn: "arn:aws:iam::123456789012:saml-provider/other" };
    const signIn = () => assertion({ roles: [pair("saml"), other] });
    const error = await failureOf(fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn })());
    expect(error.message).toMatch(/under 2 SAML providers.*Set `principalArn`/s);
    await fromSaml({ ...at, roleArn: roleArn("saml"), principalArn: SAML_PROVIDER, assertion: signIn })();
    expect(emulator.requests.at(-1)?.parameters).toMatchObject({ PrincipalArn: SAML_PROVIDER });
  });

  it("is refused with a SAML provider that does not vouch for it", async () => {
    const { at, assertion } = await awsWithSaml();
    const principalArn = "arn:aws:iam::123456789012:saml-provider/another";
    const error = await failureOf(fromSaml({ ...at, principalArn, assertion: () => assertion() })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error.message).toContain(`It has to be ${SAML_PROVIDER}`);
  });

  it("that does not trust the provider is refused by STS, and the assertion kept for the others", async () => {
    const { emulator, at, assertion, pair } = await awsWithSaml();
    const signIn = vi.fn(() => assertion({ roles: [pair("leaf"), pair("saml")] }));
    const error = await failureOf(fromSaml({ ...at, roleArn: roleArn("leaf"), assertion: signIn })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_DENIED", serviceCode: "AccessDenied", operation: OPERATION });
    await fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn })();
    expect(signIn).toHaveBeenCalledTimes(1);
    expect(emulator.count(OPERATION)).toBe(2);
  });
});

describe("an assertion that STS would not take", () => {
  it.each([
    ["truncated", (whole: string) => whole.slice(0, whole.length / 2), /`assertion`/],
    ["cut inside a group of base64", (whole: string) => whole.replace(/=+$/, "").slice(0, 4 * 300 + 1), /breaks off/],
    ["oversized", () => "QUFB".repeat(25_001), /4 to 100000 characters of base64; got 100004/],
    ["XML", (whole: string) => Buffer.from(whole, "base64").toString("utf8"), /base64-encode it/],
    ["a page to sign in", () => "<!DOCTYPE html><html></html>", /HTML page.*Sign in first/s],
    ["a number", () => 42 as unknown as string, /a string; got a value of type number/],
    ["nothing", () => undefined as unknown as string, /a string; got undefined/],
    ["empty", () => "", /4 to 100000 characters.*got 0/],
  ])("is refused before it is sent: %s", async (_what, spoil, reason) => {
    const { emulator, at, assertion } = await awsWithSaml();
    const whole = assertion();
    const error = await failureOf(fromSaml({ ...at, assertion: () => spoil(whole) })());
    expect(error.code).toBe("ERR_CREDENTIALS_CONFIG");
    expect(error.message).toMatch(reason);
    expect(shown(error)).not.toContain(whole.slice(0, 40));
    expect(emulator.count(OPERATION)).toBe(0);
  });

  it("is refused before it is sent: unsigned", async () => {
    const { emulator, at, assertion } = await awsWithSaml();
    const error = await failureOf(fromSaml({ ...at, assertion: () => assertion({ sign: "none" }) })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining("not signed") });
    expect(emulator.count(OPERATION)).toBe(0);
  });

  it("is refused before it is sent: expired, and the next caller signs in again", async () => {
    const { emulator, clock, at, assertion } = await awsWithSaml();
    const signIn = vi.fn(() => assertion());
    signIn.mockReturnValueOnce(assertion({ issuedAt: new Date(clock.now() - 11 * MINUTE_MS) }));
    const provider = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn });
    const error = await failureOf(provider());
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_EXPIRED",
      message: expect.stringContaining("nothing was sent"),
    });
    expect(emulator.count(OPERATION)).toBe(0);
    clock.shift(6_000);
    await expect(provider()).resolves.toBeDefined();
    expect(signIn).toHaveBeenCalledTimes(2);
  });

  it("is sent where only clocks may differ, and dropped when STS says that it has ended", async () => {
    const { emulator, clock, at, assertion } = await awsWithSaml();
    const signIn = vi.fn(() => assertion());
    signIn.mockReturnValueOnce(assertion({ issuedAt: new Date(clock.now() - 6 * MINUTE_MS) }));
    const provider = fromSaml({ ...at, assertion: signIn });
    const error = await failureOf(provider());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_EXPIRED" });
    expect(error.message).toMatch(/ExpiredToken.*asks for a new one.*five minutes/s);
    expect(emulator.count(OPERATION)).toBe(1);
    clock.shift(6_000);
    await expect(provider()).resolves.toBeDefined();
    expect(signIn).toHaveBeenCalledTimes(2);
  });
});

describe("an assertion that STS does not take", () => {
  it.each(["wrong-key", "tampered"] as const)("is dropped, and the next caller signs in again: %s", async (sign) => {
    const { emulator, clock, at, assertion } = await awsWithSaml();
    const signIn = vi.fn(() => assertion());
    signIn.mockReturnValueOnce(assertion({ sign }));
    const provider = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn });
    const error = await failureOf(provider());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_DENIED", serviceCode: "InvalidIdentityToken" });
    expect(emulator.count(OPERATION)).toBe(3);
    clock.shift(6_000);
    await expect(provider()).resolves.toBeDefined();
    expect(signIn).toHaveBeenCalledTimes(2);
  });

  it("because STS is down is used again when it is well", async () => {
    const { emulator, at, signIn } = await awsWithSaml();
    const lift = emulator.addFault({ operation: OPERATION, kind: "error" });
    const provider = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn });
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    lift();
    await expect(provider()).resolves.toBeDefined();
    expect(signIn).toHaveBeenCalledTimes(1);
  });
});

describe("an assertion given as a text", () => {
  it("gives credentials, with line breaks in it or not, to those who give the same", async () => {
    const { emulator, at, assertion } = await awsWithSaml();
    const text = assertion();
    const wrapped = text.replace(/.{76}/g, "$&\r\n");
    await fromSaml({ ...at, assertion: text })();
    await fromSaml({ ...at, assertion: text })();
    expect(emulator.count(OPERATION)).toBe(1);
    await fromSaml({ ...at, assertion: wrapped })();
    await fromSaml({ ...at, assertion: assertion({ subject: "bob" }) })();
    expect(emulator.requests.map(({ status }) => status)).not.toContain(400);
  });

  it("cannot be renewed: nobody fails while the session lives, and then everybody, with what to do", async () => {
    const { clock, at, assertion } = await awsWithSaml();
    const provider = fromSaml({ ...at, assertion: assertion() });
    const first = await provider();
    clock.shift(46 * MINUTE_MS);
    expect(await provider()).toBe(first);
    await settled(provider);
    expect(await provider()).toBe(first);
    expect(provider.status().lastError?.code).toBe("ERR_CREDENTIALS_EXPIRED");
    clock.shift(20 * MINUTE_MS);
    const error = await failureOf(provider());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_EXPIRED" });
    expect(error.message).toMatch(/cannot be renewed: sign in again/);
  });

  it("that somebody forged does not open the entry of the one it copies", async () => {
    const { at, assertion } = await awsWithSaml();
    const good = assertion();
    await fromSaml({ ...at, assertion: good })();
    const xml = Buffer.from(good, "base64").toString("utf8");
    const forged = Buffer.from(xml.replace(/(SignatureValue>)[^<]{4}/, "$1AAAA"), "utf8").toString("base64");
    expect(forged).not.toBe(good);
    await expect(fromSaml({ ...at, assertion: forged })()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_DENIED" });
  });
});

describe("the assertion", () => {
  it.each(["ValidationError", "InvalidIdentityToken", "AccessDenied", "ExpiredTokenException", "InternalFailure"])(
    "shows nowhere, also when STS quotes it with %s",
    async (code) => {
      const { emulator, at, assertion } = await awsWithSaml();
      const text = assertion();
      const status = code === "InternalFailure" ? 500 : 400;
      const message = `Value '${text}' at 'sAMLAssertion' is wrong`;
      emulator.addFault({ operation: OPERATION, kind: "refuse", status, code, message });
      for (const given of [text, () => text]) {
        const provider = fromSaml({ ...at, assertion: given });
        const error = await failureOf(provider());
        const everything = `${shown(error)}\n${shownProvider(provider)}`;
        expect(everything).toContain("***");
        expect(everything.includes(text.slice(0, 200)), "the assertion shows").toBe(false);
        expect(everything.includes("SignatureValue"), "the XML shows").toBe(false);
      }
    },
  );

  it("of somebody else's identity provider is refused by STS", async () => {
    const { clock, at, pair } = await awsWithSaml();
    const stranger = createSamlIdp();
    const signIn = () => stranger.assertion({ roles: [pair("saml")], issuedAt: new Date(clock.now()) });
    await expect(fromSaml({ ...at, assertion: signIn })()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: "InvalidIdentityToken",
    });
  });
});
