import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { createFakeClock, createSamlIdp, type SamlAssertionOptions } from "../../src/index.js";
import { refusalOf } from "../refusal.js";
import { pair, providerArn, roleArn, xmlOf } from "./saml-fixture.js";

const clock = createFakeClock();
const idp = createSamlIdp({ clock });

function xml(options: Partial<SamlAssertionOptions> = {}): string {
  return xmlOf(idp.assertion({ roles: [pair], ...options }));
}

test("publishes its name, its key and where to sign in", () => {
  expect(idp.metadata).toContain('entityID="https://idp.example.com/saml"');
  expect(idp.metadata).toContain("<ds:RSAKeyValue>");
  expect(idp.metadata).toContain('Location="https://idp.example.com/saml/sso"');
  expect(inspect(idp, { showHidden: true, depth: 10 })).not.toContain("rivate");
});

describe("an assertion", () => {
  test("is made of AWS's attributes", () => {
    const text = xml({
      sessionName: "alice@example.com",
      sessionDurationSeconds: 1800,
      sourceIdentity: "alice",
      tags: { Project: "<Pegasus>" },
      transitiveTagKeys: ["Project"],
    });
    const attribute = (name: string, value: string) =>
      `<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`;
    expect(text).toContain(attribute("Role", `${roleArn},${providerArn}`));
    expect(text).toContain(attribute("RoleSessionName", "alice@example.com"));
    expect(text).toContain(attribute("SessionDuration", "1800"));
    expect(text).toContain(attribute("SourceIdentity", "alice"));
    expect(text).toContain(attribute("PrincipalTag:Project", "&lt;Pegasus&gt;"));
    expect(text).toContain(attribute("TransitiveTagKeys", "Project"));
  });

  test("has the pairs in either order, and leaves out what it is told to", () => {
    expect(xml({ order: "provider-first" })).toContain(`>${providerArn},${roleArn}<`);
    const name = "https://aws.amazon.com/SAML/Attributes/RoleSessionName";
    expect(xml()).toContain(name);
    expect(xml({ attributes: { [name]: undefined } })).not.toContain(name);
    expect(xml({ attributes: { mail: ["a@example.com", "b@example.com"] } })).toContain("a@example.com");
  });

  test("has the times of the clock, or those it is given", () => {
    const now = new Date(clock.now()).toISOString();
    const end = new Date(clock.now() + 300_000).toISOString();
    expect(xml()).toContain(`<saml:Conditions NotBefore="${now}" NotOnOrAfter="${end}">`);
    expect(xml()).not.toContain("SessionNotOnOrAfter");
    const later = new Date(clock.now() + 3_600_000);
    expect(xml({ sessionNotOnOrAfter: later })).toContain(`SessionNotOnOrAfter="${later.toISOString()}"`);
    expect(xml({ issuedAt: later })).toContain(`NotBefore="${later.toISOString()}"`);
  });

  test.each([
    [{}, '"roles" must be an array of roles'],
    [{ roles: [{ roleArn }] }, '"roles[0].principalArn" must be'],
    [{ roles: [pair], order: "any" }, '"order" must be one of'],
    [{ roles: [pair], issuedAt: Date.now() }, '"issuedAt" must be a valid Date; got a number'],
    [{ roles: [pair], notBefore: new Date("soon") }, '"notBefore" must be a valid Date; got an invalid one'],
    [{ roles: [pair], tags: { Project: 1 } }, '"tags["Project"]" must be a string'],
    [{ roles: [pair], tags: [] }, '"tags" must be an object of tags'],
    [{ roles: [pair], signed: "all" }, '"signed" must be one of'],
    [{ roles: [pair], expires: 1 }, '"expires" is no member of the options of an assertion'],
  ])("is refused with options %o", async (options, message) => {
    expect(await refusalOf(() => idp.assertion(options as SamlAssertionOptions))).toContain(message);
  });
});

test("refuses options that it does not know", async () => {
  expect(await refusalOf(() => createSamlIdp({ entity: "x" } as object))).toContain('"entity" is no member');
});
