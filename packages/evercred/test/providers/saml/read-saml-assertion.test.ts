import { describe, expect, it } from "vitest";
import { readSamlAssertion, type SamlAssertion } from "../../../src/providers/saml/read-saml-assertion.js";
import {
  assertion,
  attribute,
  base64,
  NAMESPACES,
  PROVIDER,
  pair,
  response,
  roleArn,
  SIGNATURE,
  subject,
  withAttributes,
} from "./saml-xml.js";

const at = (time: string) => new Date(time);

async function rolesOf(...values: string[]): Promise<SamlAssertion["roles"]> {
  return (await readSamlAssertion(withAttributes(attribute("Role", ...values)))).roles;
}

/** The response with other prefixes, whatever an identity provider likes. */
function reprefixed(xml: string, prefixes: Readonly<Record<"samlp" | "saml" | "ds", string>>): string {
  return Object.entries(prefixes).reduce(
    (text, [from, to]) =>
      text
        .replaceAll(`<${from}:`, to === "" ? "<" : `<${to}:`)
        .replaceAll(`</${from}:`, to === "" ? "</" : `</${to}:`)
        .replaceAll(`xmlns:${from}=`, to === "" ? "xmlns=" : `xmlns:${to}=`),
    xml,
  );
}

describe("what an assertion says", () => {
  it("reads all that AWS knows", async () => {
    const xml = response(
      assertion({
        subject: subject('NotOnOrAfter="2026-03-01T12:04:00Z" Recipient="https://signin.aws.amazon.com/saml"'),
        conditions:
          '<saml:Conditions NotBefore="2026-03-01T11:59:00Z" NotOnOrAfter="2026-03-01T13:00:00Z"><saml:AudienceRestriction>' +
          "<saml:Audience> urn:amazon:webservices </saml:Audience></saml:AudienceRestriction></saml:Conditions>",
        statement: '<saml:AuthnStatement SessionNotOnOrAfter="2026-03-01T20:00:00Z"/>',
        attributes: [
          attribute("Role", pair("demo")),
          attribute("RoleSessionName", " jane@example.com\n"),
          attribute("SessionDuration", "28800"),
          attribute("SourceIdentity", "jane"),
          attribute("PrincipalTag:Project", "Pegasus"),
          attribute("PrincipalTag:Cost-Center", "12345"),
          attribute("TransitiveTagKeys", "Project", "Cost-Center"),
        ].join(""),
      }),
    );
    expect(await readSamlAssertion(base64(xml))).toStrictEqual({
      roles: [{ roleArn: roleArn("demo"), principalArn: PROVIDER }],
      roleSessionName: "jane@example.com",
      sessionDurationSeconds: 28_800,
      sourceIdentity: "jane",
      tagKeys: ["Project", "Cost-Center"],
      transitiveTagKeys: ["Project", "Cost-Center"],
      issuer: "https://idp.example.com",
      subject: "jane@example.com",
      audience: ["urn:amazon:webservices"],
      recipient: "https://signin.aws.amazon.com/saml",
      issuedAt: at("2026-03-01T12:00:00Z"),
      notBefore: at("2026-03-01T11:59:00Z"),
      usableUntil: at("2026-03-01T12:04:00Z"),
      sessionNotOnOrAfter: at("2026-03-01T20:00:00Z"),
      signed: true,
      encrypted: false,
    });
  });

  it("leaves out what an assertion does not say", async () => {
    const read = await readSamlAssertion(base64(response(assertion({ attributes: "", issued: "yesterday" }))));
    expect(read).toStrictEqual({
      roles: [],
      tagKeys: [],
      transitiveTagKeys: [],
      issuer: "https://idp.example.com",
      signed: true,
      encrypted: false,
    });
  });

  it.each([
    ["other prefixes", { samlp: "saml2p", saml: "saml2", ds: "dsig" }],
    ["generated prefixes", { samlp: "ns0", saml: "ns1", ds: "ns2" }],
    ["a default namespace for the protocol", { samlp: "", saml: "a", ds: "d" }],
    ["a default namespace for the assertion", { samlp: "p", saml: "", ds: "d" }],
  ])("reads %s", async (_, prefixes) => {
    const xml = reprefixed(response(), prefixes);
    expect(xml).not.toContain("<saml:");
    const { roles, signed } = await readSamlAssertion(base64(xml));
    expect({ roles: roles.length, signed }).toEqual({ roles: 1, signed: true });
  });

  it("reads namespaces declared where they are used, and a prefix bound anew inside", async () => {
    const inner = `<x:Assertion xmlns:x="${NAMESPACES.assertion}"><x:AttributeStatement><x:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role"><x:AttributeValue>${pair("demo")}</x:AttributeValue></x:Attribute></x:AttributeStatement></x:Assertion>`;
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<x:Response xmlns:x="${NAMESPACES.protocol}">${inner}</x:Response>\n`;
    const read = await readSamlAssertion(base64(xml));
    expect(read.roles).toEqual([{ roleArn: roleArn("demo"), principalArn: PROVIDER }]);
    expect(read.signed).toBe(false);
  });

  it("reads values that declare their type, and a prefix that is bound to something else inside", async () => {
    const typed = attribute("Role", pair("demo")).replaceAll(
      "<saml:AttributeValue>",
      '<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">',
    );
    const scoped = typed.replace("<saml:Attribute ", '<saml:Attribute xmlns:xs="http://www.w3.org/2001/XMLSchema" ');
    expect((await readSamlAssertion(withAttributes(scoped))).roles).toHaveLength(1);
    const rebound = scoped.replace("<saml:AttributeValue ", '<saml:AttributeValue xmlns:saml="urn:x" ');
    expect((await readSamlAssertion(withAttributes(rebound))).roles).toHaveLength(0);
    const undeclared = response()
      .replaceAll("saml:", "")
      .replace("xmlns:saml=", "xmlns=")
      .replace("<Attribute ", '<Attribute xmlns="" ');
    expect((await readSamlAssertion(base64(undeclared))).roles).toHaveLength(0);
  });

  it("takes no attribute of another namespace for a role", async () => {
    const foreign = attribute("Role", pair("admin"))
      .replaceAll("saml:", "x:")
      .replace("<x:Attribute ", '<x:Attribute xmlns:x="urn:x" ');
    const read = await readSamlAssertion(withAttributes(foreign, attribute("Role", pair("demo"))));
    expect(read.roles.map((role) => role.roleArn)).toEqual([roleArn("demo")]);
  });

  it("takes the attributes of the first assertion only", async () => {
    const second = assertion({ attributes: attribute("Role", pair("second")) });
    const read = await readSamlAssertion(base64(response(assertion() + second)));
    expect(read.roles.map((role) => role.roleArn)).toEqual([roleArn("demo")]);
  });

  it("puts predefined entities and character references in, in text and attributes", async () => {
    const read = await readSamlAssertion(
      withAttributes(
        attribute("RoleSessionName", "a&amp;lt;&#65;&#x42;&#x1F600;&lt;&gt;&apos;&quot;"),
        `<saml:Attribute Name="https:&#47;&#x2f;aws.amazon.com/SAML/Attributes/SourceIdentity"><saml:AttributeValue>x</saml:AttributeValue></saml:Attribute>`,
      ),
    );
    expect(read.roleSessionName).toBe("a&lt;AB😀<>'\"");
    expect(read.sourceIdentity).toBe("x");
  });

  it("takes CDATA as it is, and text around a comment as one", async () => {
    const read = await readSamlAssertion(
      withAttributes(
        attribute("RoleSessionName", "jane <![CDATA[a&amp;b]]> x"),
        attribute("SourceIdentity", "jane <!-- x --> doe"),
      ),
    );
    expect(read.roleSessionName).toBe("jane a&amp;b x");
    expect(read.sourceIdentity).toBe("jane  doe");
  });

  it.each([
    ["3600", 3600],
    [" 900 ", 900],
    ["100", 100],
    ["1h", undefined],
    ["-3600", undefined],
    ["3600.5", undefined],
    ["", undefined],
    ["1".repeat(40), undefined],
  ])("reads a SessionDuration of %j as %s", async (text, seconds) => {
    const read = await readSamlAssertion(withAttributes(attribute("SessionDuration", text)));
    expect(read.sessionDurationSeconds).toBe(seconds);
  });
});

describe("when an assertion stops being usable", () => {
  const conditions = (end: string) => `<saml:Conditions NotOnOrAfter="${end}"/>`;
  const confirmed = (end: string) => subject(`NotOnOrAfter="${end}"`);

  it.each([
    ["five minutes after its issue", {}, "2026-03-01T12:05:00Z"],
    [
      "five minutes after its issue, before all else",
      { conditions: conditions("2026-03-01T13:00:00Z") },
      "2026-03-01T12:05:00Z",
    ],
    ["when its conditions end", { conditions: conditions("2026-03-01T12:01:00Z") }, "2026-03-01T12:01:00Z"],
    ["when its confirmation ends", { subject: confirmed("2026-03-01T12:02:00Z") }, "2026-03-01T12:02:00Z"],
    [
      "at the earliest of all",
      { conditions: conditions("2026-03-01T12:02:00Z"), subject: confirmed("2026-03-01T12:01:00Z") },
      "2026-03-01T12:01:00Z",
    ],
    [
      "by what is left when one time is none",
      { conditions: conditions("soon"), subject: confirmed("2026-03-01T12:02:00Z") },
      "2026-03-01T12:02:00Z",
    ],
    [
      "without an issue, when its conditions end",
      { issued: "", conditions: conditions("2026-03-01T13:00:00Z") },
      "2026-03-01T13:00:00Z",
    ],
  ])("ends %s", async (_, parts, end) => {
    expect((await readSamlAssertion(base64(response(assertion(parts))))).usableUntil).toEqual(at(end));
  });

  it.each([
    ["2026-03-01T12:00:00.1234567Z", "2026-03-01T12:00:00.123Z"],
    ["2026-03-01T12:00:00", "2026-03-01T12:00:00Z"],
    ["2026-03-01T14:00:00+02:00", "2026-03-01T12:00:00Z"],
    [" 2026-03-01T12:00:00Z ", "2026-03-01T12:00:00Z"],
    ["2026-13-01T12:00:00Z", undefined],
    ["2026-03-01", undefined],
    ["1772366400", undefined],
  ])("reads the time %j", async (issued, time) => {
    const { issuedAt } = await readSamlAssertion(base64(response(assertion({ issued }))));
    expect(issuedAt).toEqual(time === undefined ? undefined : at(time));
  });
});

describe("the roles of an assertion", () => {
  it("reads pairs in either order, with blanks and line breaks around", async () => {
    expect(
      await rolesOf(
        `${roleArn("one")},${PROVIDER}`,
        `${PROVIDER},${roleArn("two")}`,
        `\n  ${PROVIDER} ,\n ${roleArn("three")}\n`,
        "",
      ),
    ).toEqual(["one", "two", "three"].map((name) => ({ roleArn: roleArn(name), principalArn: PROVIDER })));
  });

  it("gathers several attributes and leaves duplicates out", async () => {
    const read = await readSamlAssertion(
      withAttributes(
        attribute("Role", pair("b"), pair("a")),
        attribute("RoleSessionName", "jane"),
        attribute("Role", `${PROVIDER},${roleArn("b")}`, pair("c"), pair("b", `${PROVIDER}2`)),
      ),
    );
    expect(read.roles.map((role) => `${role.roleArn.split("/")[1]} ${role.principalArn.split("/")[1]}`)).toEqual([
      "b idp",
      "a idp",
      "c idp",
      "b idp2",
    ]);
    expect(Object.isFrozen(read.roles) && Object.isFrozen(read.roles[0])).toBe(true);
  });

  it.each(["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso-b"])("reads the partition %s", async (partition) => {
    const role = `arn:${partition}:iam::123456789012:role/team/ops/demo`;
    const provider = `arn:${partition}:iam::123456789012:saml-provider/My.Idp_1-x`;
    expect(await rolesOf(`${provider},${role}`)).toEqual([{ roleArn: role, principalArn: provider }]);
  });

  it("reads a role whose name holds a comma, as names may", async () => {
    const role = roleArn("a,b=c");
    expect(await rolesOf(`${role},${PROVIDER}`, `${PROVIDER},${role}2`)).toEqual([
      { roleArn: role, principalArn: PROVIDER },
      { roleArn: `${role}2`, principalArn: PROVIDER },
    ]);
  });

  it.each([
    ["a role alone", roleArn("demo")],
    ["two roles", `${roleArn("a")},${roleArn("b")}`],
    ["two providers", `${PROVIDER},${PROVIDER}`],
    ["an OIDC provider", `${roleArn("a")},arn:aws:iam::123456789012:oidc-provider/example.com`],
    ["a semicolon", `${roleArn("a")};${PROVIDER}`],
    ["a name", "demo"],
    ["a short account", `${pair("a").replace("123456789012", "1234")}`],
    ["three parts", `${pair("a")},x`],
  ])("passes over %s beside a role, and refuses it alone", async (_, value) => {
    await expect(rolesOf(value, pair("demo"))).resolves.toEqual(await rolesOf(pair("demo")));
    await expect(rolesOf(" ", value)).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(
        /Value 2 of the SAML attribute https:\/\/aws\.amazon\.com\/SAML\/Attributes\/Role must be a role's ARN and a SAML provider's ARN with a comma.*got "/,
      ),
    });
  });

  it("cuts a long wrong value in the message", async () => {
    const error = await rolesOf("x".repeat(5000)).catch((thrown: Error) => thrown);
    expect((error as Error).message).toMatch(/got "x{100}"\./);
  });
});

describe("whether an assertion is signed", () => {
  const bare = assertion({ signature: "" });

  it.each([
    ["the assertion is signed", response(assertion()), true],
    ["the response is signed", response(SIGNATURE + bare), true],
    ["nothing is signed", response(bare), false],
    [
      "a signature of another namespace is there",
      response(SIGNATURE.replace(NAMESPACES.signature, "urn:x") + bare),
      false,
    ],
    ["it is encrypted, and a signature may be inside", response("<saml:EncryptedAssertion/>"), true],
  ])("says so when %s", async (_, xml, signed) => {
    expect((await readSamlAssertion(base64(xml))).signed).toBe(signed);
  });

  it("says that an assertion is encrypted, and has no roles of it", async () => {
    expect(await readSamlAssertion(base64(response("<saml:EncryptedAssertion/>")))).toStrictEqual({
      roles: [],
      tagKeys: [],
      transitiveTagKeys: [],
      issuer: "https://idp.example.com",
      issuedAt: at("2026-03-01T12:00:00Z"),
      usableUntil: at("2026-03-01T12:05:00Z"),
      signed: true,
      encrypted: true,
    });
  });
});
