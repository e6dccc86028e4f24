import { createFakeClock, createSamlIdp } from "@evercred/testing";
import { describe, expect, it } from "vitest";
import { listSamlRoles } from "../../../src/providers/saml/list-saml-roles.js";
import { readSamlAssertion } from "../../../src/providers/saml/read-saml-assertion.js";
import { PROVIDER, roleArn } from "./saml-xml.js";

const START = Date.UTC(2026, 2, 1, 12);
const roles = ["one", "team/two"].map((name) => ({ roleArn: roleArn(name), principalArn: PROVIDER }));

describe("the assertions of a SAML identity provider", () => {
  const idp = createSamlIdp({ clock: createFakeClock(START) });

  it.each(["role-first", "provider-first"] as const)("are read with their pairs %s", async (order) => {
    const text = idp.assertion({ roles, order, sessionName: "jane", sessionDurationSeconds: 7200 });
    expect(await listSamlRoles(text)).toStrictEqual({
      roles,
      roleSessionName: "jane",
      sessionDurationSeconds: 7200,
      usableUntil: new Date(START + 300_000),
    });
  });

  it("say all they were told to", async () => {
    const sessionNotOnOrAfter = new Date(START + 7_200_000);
    const notOnOrAfter = new Date(START + 60_000);
    const tags = { Project: "Pegasus", "Cost-Center": "12345" };
    const more = {
      sourceIdentity: "DevUser123",
      tags,
      transitiveTagKeys: ["Project"],
      sessionNotOnOrAfter,
      notOnOrAfter,
    };
    expect(await readSamlAssertion(idp.assertion({ roles, subject: "j<&>ne", ...more }))).toStrictEqual({
      roles,
      roleSessionName: "j<&>ne",
      sourceIdentity: "DevUser123",
      tagKeys: ["Project", "Cost-Center"],
      transitiveTagKeys: ["Project"],
      issuer: idp.entityId,
      subject: "j<&>ne",
      audience: ["https://signin.aws.amazon.com/saml"],
      recipient: "https://signin.aws.amazon.com/saml",
      issuedAt: new Date(START),
      notBefore: new Date(START),
      usableUntil: notOnOrAfter,
      sessionNotOnOrAfter,
      signed: true,
      encrypted: false,
    });
  });

  it.each([
    ["assertion", "valid", true],
    ["response", "valid", true],
    ["assertion", "tampered", true],
    ["assertion", "none", false],
  ] as const)("are signed or not: %s, %s", async (signed, sign, expected) => {
    expect((await readSamlAssertion(idp.assertion({ roles, signed, sign }))).signed).toBe(expected);
  });
});
