import { describe, expect, test } from "vitest";
import { createIdentityProviders } from "../../src/identity/identity-providers.js";
import type { EmulatorOidcProvider, EmulatorSamlProvider } from "../../src/index.js";
import { assumeRole, startEmulator } from "../emulator-fixture.js";
import { refusalOf } from "../refusal.js";

const issuer = "https://token.actions.githubusercontent.com";
const metadata = "<EntityDescriptor/>";

test("an OIDC provider is found by its issuer and account, and named as IAM names it", () => {
  const providers = createIdentityProviders();
  const { arn } = providers.addOidcProvider({ issuer, clientIds: ["sts.amazonaws.com"] });
  expect(arn).toBe("arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com");
  expect(providers.oidcProvider(issuer, "123456789012")).toEqual({
    arn,
    issuer,
    clientIds: ["sts.amazonaws.com"],
    accountId: "123456789012",
  });
  expect(providers.oidcProvider(issuer, "111122223333")).toBeUndefined();
  expect(providers.oidcProvider(`${issuer}/x`, "123456789012")).toBeUndefined();
});

test("a SAML provider is found by its ARN", () => {
  const providers = createIdentityProviders();
  const { arn } = providers.addSamlProvider({ name: "ADFS", metadata, accountId: "111122223333" });
  expect(arn).toBe("arn:aws:iam::111122223333:saml-provider/ADFS");
  expect(providers.samlProvider(arn)).toEqual({ arn, name: "ADFS", metadata, accountId: "111122223333" });
  expect(providers.samlProvider("arn:aws:iam::123456789012:saml-provider/ADFS")).toBeUndefined();
});

describe("a provider is refused", () => {
  test.each<[unknown, string]>([
    [{ clientIds: ["a"] }, '"issuer" must be the URL of an issuer'],
    [{ issuer: "http://example.com", clientIds: ["a"] }, '"issuer" must be the URL of an issuer'],
    [{ issuer: `${issuer}?x=1`, clientIds: ["a"] }, '"issuer" must be the URL of an issuer'],
    [{ issuer, clientIds: [] }, '"clientIds" must be an array of client ids, 1 or more; got an empty array'],
    [{ issuer, clientID: "a" }, '"clientID" is no member of an OIDC provider'],
  ])("of OIDC: %o", async (provider, message) => {
    const emulator = await startEmulator();
    expect(await refusalOf(() => emulator.addOidcProvider(provider as EmulatorOidcProvider))).toContain(message);
  });

  test.each<[unknown, string]>([
    [{ name: "a b", metadata }, '"name" must be a name of a SAML provider'],
    [{ name: "ADFS", metadata: "" }, '"metadata" must be a non-empty string'],
  ])("of SAML: %o", async (provider, message) => {
    const emulator = await startEmulator();
    expect(await refusalOf(() => emulator.addSamlProvider(provider as EmulatorSamlProvider))).toContain(message);
  });

  test("among the options", async () => {
    const refusal = (options: object) => refusalOf(() => startEmulator(options));
    expect(await refusal({ oidcProviders: [{ issuer }] })).toContain('"oidcProviders[0].clientIds" must be');
    expect(await refusal({ samlProviders: [{ metadata }] })).toContain('"samlProviders[0].name" must be');
    expect(await refusal({ rootUsers: [{ userName: "x" }] })).toContain('"rootUsers[0].userName" is no member');
    expect(await refusal({ roles: [{ roleName: "r", trust: { federated: ["x"] } }] })).toContain(
      '"roles[0].trust.federated[0]" must be the ARN of an identity provider',
    );
    expect(await refusal({ roles: [{ roleName: "r", trust: { subject: [] } }] })).toContain(
      '"roles[0].trust.subject" must be a subject, or an array of one or more; got an empty array',
    );
  });
});

describe("a role that trusts an identity provider", () => {
  const federated = ["arn:aws:iam::123456789012:saml-provider/ADFS"];

  test("is not assumable by its account", async () => {
    const emulator = await startEmulator({ roles: [{ roleName: "reader", trust: { federated } }] });
    await expect(assumeRole(emulator)).rejects.toMatchObject({ name: "AccessDenied" });
  });

  test("is assumable by principals that it names as well", async () => {
    const principals = ["123456789012"];
    const emulator = await startEmulator({ roles: [{ roleName: "reader", trust: { federated, principals } }] });
    await expect(assumeRole(emulator)).resolves.toBeDefined();
  });
});
