import { describe, expect, it } from "vitest";
import { chooseSamlRole, type WantedRole } from "../../../src/providers/saml/choose-saml-role.js";
import type { SamlAssertion } from "../../../src/providers/saml/read-saml-assertion.js";
import type { SamlRole } from "../../../src/providers/saml/saml-role.js";
import { PROVIDER, roleArn } from "./saml-xml.js";

const OTHER_PROVIDER = `${PROVIDER}2`;
const role = (name: string, principalArn: string = PROVIDER): SamlRole => ({ roleArn: roleArn(name), principalArn });

function having(...roles: SamlRole[]): SamlAssertion {
  return { roles, tagKeys: [], transitiveTagKeys: [], signed: true, encrypted: false };
}

function messageOf(assertion: SamlAssertion, wanted: WantedRole = {}): string {
  try {
    return `taken ${JSON.stringify(chooseSamlRole(assertion, wanted))}`;
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    return (error as Error).message;
  }
}

describe("the role that is taken", () => {
  const two = having(role("a"), role("b"));
  const twice = having(role("a"), role("b"), role("a", OTHER_PROVIDER));

  it.each<[string, { from: SamlAssertion; wanted: WantedRole }, SamlRole]>([
    ["the only one", { from: having(role("a")), wanted: {} }, role("a")],
    ["the one with the ARN", { from: two, wanted: { roleArn: roleArn("b") } }, role("b")],
    [
      "the only one of a provider",
      { from: twice, wanted: { principalArn: OTHER_PROVIDER } },
      role("a", OTHER_PROVIDER),
    ],
    [
      "the one with both",
      { from: twice, wanted: { roleArn: roleArn("a"), principalArn: OTHER_PROVIDER } },
      role("a", OTHER_PROVIDER),
    ],
    ["the one with the ARN under its one provider", { from: twice, wanted: { roleArn: roleArn("b") } }, role("b")],
    ["what is given when it is encrypted", { from: { ...having(), encrypted: true }, wanted: role("x") }, role("x")],
  ])("is %s", (_, { from, wanted }, taken) => {
    expect(chooseSamlRole(from, wanted)).toEqual(taken);
  });
});

describe("what keeps a role from being taken", () => {
  it("says that there is none, and which attribute to check", () => {
    expect(messageOf(having())).toMatch(
      /`assertion` has no role\. Check that .* the attribute https:\/\/aws\.amazon\.com\/SAML\/Attributes\/Role/,
    );
    expect(messageOf(having(), role("a"))).toMatch(/has no role/);
  });

  it("lists several and says to set one", () => {
    expect(messageOf(having(role("a"), role("b")))).toContain(
      `\`assertion\` has 2 roles: ${roleArn("a")}, ${roleArn("b")}. Set \`roleArn\` to one of them.`,
    );
  });

  it("lists twenty of many", () => {
    const many = Array.from({ length: 23 }, (_, index) => role(`r${index}`));
    expect(messageOf(having(...many))).toMatch(/has 23 roles: .*role\/r19 and 3 more\. Set `roleArn`/);
    expect(messageOf(having(...many))).not.toContain("role/r20");
    expect(messageOf(having(...many.slice(0, 20)))).toMatch(/role\/r19\. Set/);
  });

  it("says which role is probably meant, and what there is", () => {
    const has = having(role("admin"), role("readonly"));
    expect(messageOf(has, { roleArn: roleArn("raedonly") })).toContain(
      `\`roleArn\` ${roleArn("raedonly")} is not among the roles of the assertion. Did you mean ${roleArn("readonly")}? ` +
        `It has ${roleArn("admin")}, ${roleArn("readonly")}.`,
    );
    expect(messageOf(has, { roleArn: roleArn("admin").replace("123456789012", "210987654321") })).toContain(
      `Did you mean ${roleArn("admin")}?`,
    );
    expect(messageOf(has, { roleArn: roleArn("billing") })).not.toContain("Did you mean");
    expect(messageOf(has, { roleArn: "admin" })).toContain(`Did you mean ${roleArn("admin")}?`);
  });

  it("lists the providers of a role that several vouch for", () => {
    const has = having(role("a"), role("a", OTHER_PROVIDER), role("b"));
    const message = `the role ${roleArn("a")} under 2 SAML providers: ${PROVIDER}, ${OTHER_PROVIDER}. Set \`principalArn\``;
    expect(messageOf(has, { roleArn: roleArn("a") })).toContain(message);
    expect(messageOf(having(role("a"), role("a", OTHER_PROVIDER)))).toContain(message);
  });

  it("says that a provider does not go with the role, and which does", () => {
    const has = having(role("a"), role("b", OTHER_PROVIDER));
    expect(messageOf(has, { roleArn: roleArn("a"), principalArn: OTHER_PROVIDER })).toContain(
      `\`principalArn\` ${OTHER_PROVIDER} does not vouch for the role ${roleArn("a")} there. It has to be ${PROVIDER}.`,
    );
    expect(messageOf(has, { principalArn: `${PROVIDER}3` })).toContain(
      `vouches for no role of the assertion. It has to be ${PROVIDER}, ${OTHER_PROVIDER}.`,
    );
  });

  it("wants both ARNs when the assertion is encrypted", () => {
    const encrypted = { ...having(), encrypted: true };
    for (const wanted of [{}, { roleArn: roleArn("a") }, { principalArn: PROVIDER }]) {
      expect(messageOf(encrypted, wanted)).toMatch(/is encrypted .* Give `roleArn` and `principalArn`/);
    }
  });

  it("is told at once and in few words, however many and long the roles", () => {
    const long = Array.from({ length: 700 }, (_, index) => role(`${"x".repeat(2000)}${index}`));
    const started = performance.now();
    const message = messageOf(having(...long), { roleArn: roleArn("y".repeat(2000)) });
    expect(performance.now() - started).toBeLessThan(3000);
    expect(message.length).toBeLessThan(6000);
  });
});
