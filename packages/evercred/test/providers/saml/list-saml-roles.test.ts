import { describe, expect, it } from "vitest";
import { listSamlRoles } from "../../../src/providers/saml/list-saml-roles.js";
import { assertion, attribute, base64, PROVIDER, pair, response, roleArn, withAttributes } from "./saml-xml.js";

describe("listSamlRoles", () => {
  it("gives the roles, the session's name, its duration, and until when", async () => {
    const given = [attribute("Role", pair("b"), pair("a"), pair("b")), attribute("RoleSessionName", "jane")];
    expect(await listSamlRoles(withAttributes(...given, attribute("SessionDuration", "7200")))).toStrictEqual({
      roles: ["b", "a"].map((name) => ({ roleArn: roleArn(name), principalArn: PROVIDER })),
      roleSessionName: "jane",
      sessionDurationSeconds: 7200,
      usableUntil: new Date("2026-03-01T12:05:00Z"),
    });
  });

  it("gives nothing beside the roles where the assertion says nothing", async () => {
    const text = base64(response(assertion({ issued: "" })));
    expect(await listSamlRoles(text)).toStrictEqual({ roles: [{ roleArn: roleArn("demo"), principalArn: PROVIDER }] });
  });

  it("gives an empty list for an assertion without roles", async () => {
    expect((await listSamlRoles(withAttributes())).roles).toEqual([]);
  });

  it("gives what nobody can change", async () => {
    const listed = await listSamlRoles(withAttributes(attribute("Role", pair("a"))));
    expect([listed, listed.roles, listed.roles[0]].map((value) => Object.isFrozen(value))).toEqual([true, true, true]);
  });

  it("does not check the signature", async () => {
    expect((await listSamlRoles(base64(response(assertion({ signature: "" }))))).roles).toHaveLength(1);
  });

  it("cannot read an encrypted assertion, and says what to give", async () => {
    await expect(listSamlRoles(base64(response("<saml:EncryptedAssertion/>")))).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(
        /is encrypted \(EncryptedAssertion\).*roles cannot be read here\. Give `roleArn` and `principalArn`/,
      ),
    });
  });
});
