import { createHash } from "node:crypto";
import {
  AssumeRoleWithSAMLCommand,
  type AssumeRoleWithSAMLCommandInput,
  type AssumeRoleWithSAMLCommandOutput,
  GetCallerIdentityCommand,
} from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import { type AwsEmulator, createSamlIdp, type EmulatorRole, type SamlAssertionOptions } from "../../src/index.js";
import { assumeRole, keysOf, startEmulator, stsClient } from "../emulator-fixture.js";
import { pair, providerArn, roleArn } from "../saml/saml-fixture.js";

// One for all tests, because its key takes long to generate. Like the emulators, it follows the system's clock.
const idp = createSamlIdp();
const attributes = "https://aws.amazon.com/SAML/Attributes";

interface Federation {
  readonly emulator: AwsEmulator;
  ask(
    assertion?: Partial<SamlAssertionOptions> | string,
    input?: Partial<AssumeRoleWithSAMLCommandInput>,
  ): Promise<AssumeRoleWithSAMLCommandOutput>;
}

async function federation(role: Partial<EmulatorRole> = {}): Promise<Federation> {
  const emulator = await startEmulator();
  emulator.addSamlProvider({ name: "idp", metadata: idp.metadata });
  emulator.addRole({ roleName: "reader", trust: { federated: [providerArn] }, ...role });
  return {
    emulator,
    ask(assertion = {}, input = {}) {
      const text = typeof assertion === "string" ? assertion : idp.assertion({ roles: [pair], ...assertion });
      const command = { RoleArn: roleArn, PrincipalArn: providerArn, SAMLAssertion: text, ...input };
      return stsClient(emulator).send(new AssumeRoleWithSAMLCommand(command));
    },
  };
}

function refused(name: string, status: number, message: string) {
  return { name, message: expect.stringContaining(message), $metadata: { httpStatusCode: status } };
}

const invalid = (message: string) => refused("InvalidIdentityTokenException", 400, message);
const denied = refused("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithSAML");

async function secondsGiven(
  { emulator, ask }: Federation,
  assertion: Partial<SamlAssertionOptions>,
  DurationSeconds?: number,
): Promise<number> {
  const answer = await ask(assertion, DurationSeconds === undefined ? {} : { DurationSeconds });
  return Math.round((Number(answer.Credentials?.Expiration) - emulator.clock.now()) / 10_000) * 10;
}

test("answers as STS does", async () => {
  const { emulator, ask } = await federation();
  const answer = await ask({ subject: "alice", sessionName: "alice@example.com" });
  expect(answer).toMatchObject({
    AssumedRoleUser: { Arn: "arn:aws:sts::123456789012:assumed-role/reader/alice@example.com" },
    Subject: "alice",
    SubjectType: "persistent",
    Issuer: idp.entityId,
    Audience: "https://signin.aws.amazon.com/saml",
    NameQualifier: createHash("sha1").update("https://idp.example.com/saml123456789012/idp").digest("base64"),
  });
  const identity = await stsClient(emulator, { credentials: keysOf(answer) }).send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe(answer.AssumedRoleUser?.Arn);
});

test("takes a pair in either order, one of several, and any format of a name", async () => {
  const { ask } = await federation();
  const other = { roleArn: `${roleArn}-2`, principalArn: providerArn };
  await ask({ roles: [other, pair], order: "provider-first" });
  const format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
  expect((await ask({ subjectFormat: format })).SubjectType).toBe(format);
});

describe("refuses an assertion", () => {
  const name = `${attributes}/RoleSessionName`;
  test.each<[string, Partial<SamlAssertionOptions> | string, object]>([
    ["that is not base64", "not base64!", invalid("Invalid base64 SAMLResponse")],
    ["with a wrong signature", { sign: "wrong-key" }, invalid("Response signature invalid")],
    ["without a session name", { attributes: { [name]: undefined } }, invalid("RoleSessionName is required in")],
    [
      "with two session names",
      { attributes: { [name]: ["a1", "a2"] } },
      invalid("RoleSessionName in AuthnResponse must"),
    ],
    ["with a bad session name", { sessionName: "a b" }, invalid("must match [a-zA-Z_0-9+=,.@-]{2,64}")],
    ["with a bad source identity", { sourceIdentity: "aws:me" }, invalid("Source Identity must match")],
    ["with two values of a tag", { attributes: { [`${attributes}/PrincipalTag:a`]: ["1", "2"] } }, invalid("")],
    ["with a bad duration", { attributes: { [`${attributes}/SessionDuration`]: ["long"] } }, invalid("")],
    ["without the role", { roles: [{ ...pair, roleArn: `${roleArn}-2` }] }, denied],
    ["with another provider", { roles: [{ ...pair, principalArn: `${providerArn}-2` }] }, denied],
    ["without roles", { roles: [] }, denied],
    ["with a pair of three", { attributes: { [`${attributes}/Role`]: [`${roleArn},${providerArn},x`] } }, denied],
    [
      "that failed",
      { status: "urn:x" },
      refused("IDPRejectedClaimException", 403, "reported that authentication failed"),
    ],
  ])("%s", async (_what, assertion, error) => {
    const { ask } = await federation();
    await expect(ask(assertion)).rejects.toMatchObject(error);
  });

  test("five minutes after it was issued", async () => {
    const { emulator, ask } = await federation();
    const assertion = idp.assertion({ roles: [pair], notOnOrAfter: new Date(emulator.clock.now() + 3_600_000) });
    emulator.clock.advance(290_000);
    await ask(assertion);
    emulator.clock.advance(10_000);
    await expect(ask(assertion)).rejects.toMatchObject(
      refused("ExpiredTokenException", 400, "Token must be redeemed within 5 minutes of issuance"),
    );
  });
});

test("refuses a provider that is none, and roles that are none or do not trust it", async () => {
  const { emulator, ask } = await federation();
  const unknown = { PrincipalArn: `${providerArn}-2` };
  await expect(ask({}, unknown)).rejects.toMatchObject(invalid("Specified provider doesn't exist"));
  emulator.addRole({ roleName: "reader", trust: { principals: ["*"] } });
  await expect(ask()).rejects.toMatchObject(denied);
  const missing = { ...pair, roleArn: "arn:aws:iam::123456789012:role/none" };
  await expect(ask({ roles: [missing] }, { RoleArn: missing.roleArn })).rejects.toMatchObject(denied);
});

describe("the session", () => {
  test("ends at the earliest of what was asked, SessionDuration and SessionNotOnOrAfter", async () => {
    const given = await federation({ maxSessionDurationSeconds: 7200 });
    const sessionNotOnOrAfter = new Date(given.emulator.clock.now() + 1_200_000);
    expect(await secondsGiven(given, {})).toBe(3600);
    expect(await secondsGiven(given, {}, 7200)).toBe(7200);
    expect(await secondsGiven(given, { sessionDurationSeconds: 1800 }, 7200)).toBe(1800);
    expect(await secondsGiven(given, { sessionDurationSeconds: 7200 })).toBe(3600);
    expect(await secondsGiven(given, { sessionNotOnOrAfter, sessionDurationSeconds: 1800 })).toBe(1200);
    await expect(given.ask({}, { DurationSeconds: 7201 })).rejects.toMatchObject(
      refused("ValidationError", 400, "exceeds the MaxSessionDuration set for this role."),
    );
  });

  test("has the tags and the source identity of the assertion, and passes them on", async () => {
    const { emulator, ask } = await federation();
    emulator.addRole({ roleName: "next" });
    const asserted = { tags: { Project: "Pegasus" }, transitiveTagKeys: ["Project"], sourceIdentity: "alice" };
    const answer = await ask(asserted);
    expect(answer.SourceIdentity).toBe("alice");
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    expect(emulator.session(keysOf(answer).accessKeyId)).toMatchObject({
      tags: { Project: "Pegasus" },
      transitiveTagKeys: ["Project"],
      sourceIdentity: "alice",
      federatedProvider: providerArn,
    });
    const next = { RoleArn: "arn:aws:iam::123456789012:role/next" };
    expect((await assumeRole(emulator, next, keysOf(answer))).SourceIdentity).toBe("alice");
    const again = { ...next, Tags: [{ Key: "project", Value: "Unicorn" }] };
    await expect(assumeRole(emulator, again, keysOf(answer))).rejects.toMatchObject({
      message: expect.stringContaining("conflicts with a transitive tag key from the calling session"),
    });
  });

  test("takes session policies", async () => {
    const { ask } = await federation();
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    expect((await ask({}, { Policy })).PackedPolicySize).toBeGreaterThan(0);
    const foreign = { PolicyArns: [{ arn: "arn:aws:iam::111122223333:policy/mine" }] };
    await expect(ask({}, foreign)).rejects.toMatchObject({ name: "ValidationError" });
    await expect(ask({}, { Policy: "{" })).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
  });
});

test.each<[string, Partial<AssumeRoleWithSAMLCommandInput>, string]>([
  ["a short assertion", { SAMLAssertion: "abc" }, "Value at 'sAMLAssertion' failed to satisfy constraint"],
  ["a long assertion", { SAMLAssertion: "a".repeat(100_001) }, "have length less than or equal to 100000"],
  ["a short provider ARN", { PrincipalArn: "arn:aws:iam::1:x" }, "at 'principalArn' failed"],
  ["a short duration", { DurationSeconds: 899 }, "have value greater than or equal to 900"],
  ["what is no ARN", { RoleArn: "a-role-that-is-no-arn" }, "a-role-that-is-no-arn is invalid"],
])("refuses %s", async (_what, input, message) => {
  const { ask } = await federation();
  await expect(ask({}, input)).rejects.toMatchObject(refused("ValidationError", 400, message));
});

test("records no assertion", async () => {
  const { emulator, ask } = await federation();
  const assertion = idp.assertion({ roles: [pair] });
  await ask(assertion);
  expect(JSON.stringify(emulator.requests)).not.toContain(assertion.slice(0, 100));
});
