import { GetWebIdentityTokenCommand, type GetWebIdentityTokenCommandInput } from "@aws-sdk/client-sts";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import type { AwsEmulator, AwsEmulatorOptions } from "../../src/index.js";
import { assumeRole, type ClientOptions, keysOf, startEmulator, stsClient } from "../emulator-fixture.js";

const namespace = "https://sts.amazonaws.com/";

function getToken(
  emulator: AwsEmulator,
  input: Partial<GetWebIdentityTokenCommandInput> = {},
  options: ClientOptions = {},
) {
  const full = { Audience: ["https://api.example.com"], SigningAlgorithm: "ES384", ...input };
  return stsClient(emulator, options).send(new GetWebIdentityTokenCommand(full));
}

/** Believes a token as an external service would: by what its issuer publishes, and nothing else. */
async function verified(emulator: AwsEmulator, token: string | undefined, accountId?: string) {
  const issuer = emulator.outboundIssuer(accountId);
  const found = await fetch(`${issuer}/.well-known/openid-configuration`);
  const metadata = (await found.json()) as { issuer: string; jwks_uri: string };
  expect(metadata.issuer).toBe(issuer);
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  return jwtVerify(token ?? "", keys, {
    issuer,
    audience: "https://api.example.com",
    currentDate: new Date(emulator.clock.now()),
  });
}

test.each(["RS256", "ES384"])("gives a token that its issuer's keys verify, signed with %s", async (algorithm) => {
  const emulator = await startEmulator();
  const answer = await getToken(emulator, { SigningAlgorithm: algorithm });
  const { payload, protectedHeader } = await verified(emulator, answer.WebIdentityToken);
  expect(protectedHeader.alg).toBe(algorithm);
  expect(payload).toMatchObject({
    sub: "arn:aws:iam::123456789012:user/demo",
    [namespace]: { aws_account: "123456789012", source_region: "us-east-1" },
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
  expect(answer.Expiration).toEqual(new Date((payload.exp ?? 0) * 1000));
});

test("names the role of a session as the subject, with its tags and those of the request", async () => {
  const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
  const credentials = keysOf(await assumeRole(emulator, { Tags: [{ Key: "team", Value: "red" }] }));
  const input = { Tags: [{ Key: "job-id", Value: "job-2024-001" }], Audience: ["https://api.example.com", "b"] };
  const answer = await getToken(emulator, input, { credentials, region: "eu-west-1" });
  const { payload } = await verified(emulator, answer.WebIdentityToken);
  expect(payload).toMatchObject({
    sub: "arn:aws:iam::123456789012:role/reader",
    aud: ["https://api.example.com", "b"],
    [namespace]: {
      source_region: "eu-west-1",
      principal_tags: { team: "red" },
      request_tags: { "job-id": "job-2024-001" },
    },
  });
});

test("has an issuer for each account, and none where the feature is off", async () => {
  const emulator = await startEmulator();
  const { credentials } = emulator.addUser({ userName: "ann", accountId: "111122223333" });
  const { WebIdentityToken } = await getToken(emulator, {}, { credentials });
  expect(decodeJwt(WebIdentityToken ?? "").iss).toBe(emulator.outboundIssuer("111122223333"));
  await expect(verified(emulator, WebIdentityToken, "111122223333")).resolves.toBeDefined();
  expect(emulator.count("GetWebIdentityToken")).toBe(1);
  expect(emulator.requests).toHaveLength(1);
  const off = await startEmulator({ outboundWebIdentityFederation: false });
  expect((await fetch(`${off.outboundIssuer()}/.well-known/jwks.json`)).status).toBe(403);
});

describe("a token", () => {
  const options: AwsEmulatorOptions = { roles: [{ roleName: "reader" }] };

  test("may not outlive the session it is asked for with", async () => {
    const emulator = await startEmulator(options);
    const credentials = keysOf(await assumeRole(emulator, { DurationSeconds: 900 }));
    await expect(getToken(emulator, { DurationSeconds: 901 }, { credentials })).rejects.toMatchObject({
      name: "SessionDurationEscalationException",
      $metadata: { httpStatusCode: 403 },
    });
    await expect(getToken(emulator, { DurationSeconds: 890 }, { credentials })).resolves.toBeDefined();
    await expect(getToken(emulator, { DurationSeconds: 3600 })).resolves.toBeDefined();
  });

  test("needs the feature to be on", async () => {
    const emulator = await startEmulator({ outboundWebIdentityFederation: false });
    await expect(getToken(emulator)).rejects.toMatchObject({
      name: "OutboundWebIdentityFederationDisabledException",
      $metadata: { httpStatusCode: 403 },
    });
  });

  test("is not given by the global endpoint, nor to whom it is denied", async () => {
    const emulator = await startEmulator();
    const endpoint = await emulator.regionUrl("aws-global");
    await expect(getToken(emulator, {}, { endpoint })).rejects.toMatchObject({ name: "InvalidAction" });
    const { credentials } = emulator.addUser({ userName: "idle", deny: ["sts:GetWebIdentityToken"] });
    await expect(getToken(emulator, {}, { credentials })).rejects.toMatchObject({ name: "AccessDenied" });
  });
});

describe("refuses", () => {
  test.each<[string, Partial<GetWebIdentityTokenCommandInput>, string]>([
    ["no audience", { Audience: [] }, "Value null at 'audience'"],
    ["eleven audiences", { Audience: Array.from({ length: 11 }, (_, at) => `a${at}`) }, "at 'audience' failed"],
    ["an empty audience", { Audience: [""] }, "at 'audience.1.member' failed"],
    ["an audience of 1001 characters", { Audience: ["a", "x".repeat(1001)] }, "at 'audience.2.member' failed"],
    ["another algorithm", { SigningAlgorithm: "HS256" }, "enum value set: [RS256, ES384]"],
    ["a duration of 59 seconds", { DurationSeconds: 59 }, "greater than or equal to 60"],
    ["a duration of 3601 seconds", { DurationSeconds: 3601 }, "less than or equal to 3600"],
    ["51 tags", { Tags: Array.from({ length: 51 }, (_, at) => ({ Key: `k${at}`, Value: "" })) }, "at 'tags' failed"],
  ])("%s", async (_what, input, message) => {
    await expect(getToken(await startEmulator(), input)).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining(message),
    });
  });
});

test("keeps the token out of the record, and its audience in it", async () => {
  const emulator = await startEmulator();
  const { WebIdentityToken = "-" } = await getToken(emulator);
  expect(emulator.requests[0]?.parameters).toMatchObject({
    "Audience.member.1": "https://api.example.com",
    SigningAlgorithm: "ES384",
  });
  expect(JSON.stringify(emulator.requests)).not.toContain(WebIdentityToken);
});
