import { chain, fromAssumeRole, fromWebIdentity, getWebIdentityToken, type WebIdentityTokenOptions } from "evercred";
import { createRemoteJWKSet, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { describe, expect, it, vi } from "vitest";
import { type EmulatedAws, emulatedAws, roleArn } from "../support/emulated-aws.js";
import { failureOf } from "../support/outcome.js";
import { DEVICE } from "./aws-with-mfa.js";
import { callerArn, settled } from "./sdk-clients.js";
import { shown, shownProvider } from "./shown.js";

const OPERATION = "GetWebIdentityToken";
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

async function outbound(
  options: Parameters<typeof emulatedAws>[0] = {},
): Promise<EmulatedAws & { readonly base: WebIdentityTokenOptions }> {
  const aws = await emulatedAws({ roles: [{ roleName: "app" }], ...options });
  return { ...aws, base: { ...aws.at, source: aws.user, audience: "https://api.example.com" } };
}

/** What a service that trusts the emulator's issuer reads in a token. */
async function verified({ emulator, clock }: EmulatedAws, token: string, audience: string): Promise<JWTPayload> {
  const issuer = emulator.outboundIssuer();
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(token, keys, { issuer, audience, currentDate: new Date(clock.now()) });
  return payload;
}

describe("a token of AWS's outbound identity", () => {
  it("is one that others verify, and says who signed", async () => {
    const aws = await outbound();
    const provider = getWebIdentityToken({ ...aws.base, tags: { team: "payments" } });
    const token = await provider();
    const payload = await verified(aws, token, "https://api.example.com");
    expect(payload).toMatchObject({
      sub: "arn:aws:iam::123456789012:user/demo",
      aud: "https://api.example.com",
      "https://sts.amazonaws.com/": { aws_account: "123456789012", request_tags: { team: "payments" } },
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(decodeProtectedHeader(token).alg).toBe("RS256");
    expect(provider.status().expiration?.getTime()).toBe((payload.exp ?? 0) * 1000);
  });

  it("is for several, by ES384, for as long as it was asked", async () => {
    const aws = await outbound();
    const audience = ["https://api.example.com", "https://other.example.com"];
    const token = await getWebIdentityToken({
      ...aws.base,
      audience,
      signingAlgorithm: "ES384",
      durationSeconds: 3600,
    })();
    expect(decodeProtectedHeader(token).alg).toBe("ES384");
    for (const one of audience) {
      const { exp = 0, iat = 0 } = await verified(aws, token, one);
      expect(exp - iat).toBe(3600);
    }
  });

  it("says the role where a role's session signs", async () => {
    const aws = await outbound();
    const source = fromAssumeRole({ ...aws.at, roleArn: roleArn("app"), source: aws.user });
    const token = await getWebIdentityToken({ ...aws.base, source })();
    expect(await verified(aws, token, "https://api.example.com")).toMatchObject({ sub: roleArn("app") });
  });

  it("costs one call for many callers, in whatever order they name the audiences", async () => {
    const { emulator, base } = await outbound();
    const audiences = [
      ["one", "two"],
      ["two", "one"],
    ];
    const asked = Array.from({ length: 20 }, (_, index) =>
      getWebIdentityToken({ ...base, audience: audiences[index % 2] ?? [] })(),
    );
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(emulator.count(OPERATION)).toBe(1);
  });

  it("is not shared by other audiences, algorithms, durations, tags or signers", async () => {
    const { emulator, at, user, base } = await outbound();
    const different = [
      base,
      { ...base, audience: "https://other.example.com" },
      { ...base, signingAlgorithm: "ES384" as const },
      { ...base, durationSeconds: 600 },
      { ...base, tags: { team: "payments" } },
      { ...base, source: fromAssumeRole({ ...at, roleArn: roleArn("app"), source: user }) },
    ];
    const tokens = await Promise.all(different.map((options) => getWebIdentityToken(options)()));
    expect(new Set(tokens).size).toBe(different.length);
    expect(emulator.count(OPERATION)).toBe(different.length);
  });
});

describe("its provider", () => {
  it("refreshes it ahead, and serves it at once meanwhile", async () => {
    const { emulator, clock, base } = await outbound();
    const provider = getWebIdentityToken(base);
    const first = await provider();
    clock.shift(100 * SECOND_MS);
    expect(provider.status().phase).toBe("advisory");
    expect(await provider()).toBe(first);
    await settled(provider);
    expect(await provider()).not.toBe(first);
    expect(emulator.count(OPERATION)).toBe(2);
  });

  it("serves it while it is good and STS fails, and not beyond", async () => {
    const { emulator, clock, base } = await outbound();
    const provider = getWebIdentityToken(base);
    const first = await provider();
    emulator.addFault({ operation: OPERATION, kind: "error" });
    clock.shift(100 * SECOND_MS);
    expect(await provider()).toBe(first);
    await settled(provider);
    expect(await provider()).toBe(first);
    clock.shift(201 * SECOND_MS);
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
  });

  it("fetches another one when this one was rejected, or whatever there is, and not when another was", async () => {
    const { emulator, base } = await outbound();
    const provider = getWebIdentityToken(base);
    const first = await provider();
    provider.invalidate(`${first}x`);
    expect(await provider()).toBe(first);
    provider.invalidate(first);
    const second = await provider();
    expect(second).not.toBe(first);
    provider.invalidate(first);
    expect(await provider()).toBe(second);
    provider.invalidate();
    expect(await provider()).not.toBe(second);
    expect(emulator.count(OPERATION)).toBe(3);
  });

  it("takes a signal, a minimum of life and a forced refresh, as those of credentials do", async () => {
    const { emulator, base } = await outbound();
    const provider = getWebIdentityToken(base);
    const reason = new Error("the caller left");
    await expect(provider({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await provider();
    await provider({ forceRefresh: true });
    expect(emulator.count(OPERATION)).toBe(2);
    await expect(provider({ minRemainingMs: 301 * SECOND_MS })).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
    });
  });

  it("shows no token, and no access key id, when it is printed or asked for its status", async () => {
    const { user, base } = await outbound();
    const provider = getWebIdentityToken(base);
    const token = await provider();
    expect(provider.status()).not.toHaveProperty("accessKeyId");
    expect(provider.status()).not.toHaveProperty("accountId");
    expect(provider.status()).toMatchObject({ phase: "valid", details: { region: "us-east-1" } });
    const everything = shownProvider(provider);
    for (const secret of [...token.split("."), (await user()).secretAccessKey]) {
      expect(everything.includes(secret), "a secret shows").toBe(false);
    }
    expect(provider.name).toBe("web-identity-token for https://api.example.com ← static");
  });

  it("is frozen", async () => {
    const { base } = await outbound();
    expect(Object.isFrozen(getWebIdentityToken(base))).toBe(true);
  });
});

describe("a token that STS does not give", () => {
  it("because the account has it switched off is a wrong configuration, with who can mend it", async () => {
    const { emulator, base } = await outbound({ outboundWebIdentityFederation: false });
    const error = await failureOf(getWebIdentityToken(base)());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error.message).toMatch(/OutboundWebIdentityFederationDisabled.*IAM's account settings/s);
    expect(emulator.count(OPERATION)).toBe(1);
  });

  it("because it would outlive the signer's session is one too, with the option to set", async () => {
    const { at, user, base } = await outbound();
    const source = fromAssumeRole({ ...at, roleArn: roleArn("app"), source: user, durationSeconds: 900 });
    const error = await failureOf(getWebIdentityToken({ ...base, source, durationSeconds: 3600 })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error.message).toMatch(/SessionDurationEscalation.*Set `durationSeconds`/s);
  });

  it("because the signer may not is denied", async () => {
    const { emulator, base } = await outbound();
    const refused = emulator.addUser({ userName: "refused", deny: [`sts:${OPERATION}`] }).credentials;
    const error = await failureOf(getWebIdentityToken({ ...base, source: async () => refused })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_DENIED", serviceCode: "AccessDenied", operation: OPERATION });
    expect(shown(error)).not.toContain(refused.secretAccessKey);
  });

  it("at its global endpoint is not asked for there", async () => {
    const { base } = await outbound();
    const error = await failureOf(getWebIdentityToken({ ...base, endpoint: undefined, region: "aws-global" })());
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("on its global endpoint"),
    });
  });
});

describe("as the token of another role", () => {
  const FOR_AWS = { audience: "sts.amazonaws.com" };

  async function trusted() {
    const aws = await outbound({ users: [{ userName: "demo", mfaSerialNumbers: [DEVICE] }] });
    const issuer = aws.emulator.outboundIssuer();
    const { arn } = aws.emulator.addOidcProvider({ issuer, clientIds: [FOR_AWS.audience] });
    aws.emulator.addRole({ roleName: "partner", trust: { federated: [arn] } });
    return { ...aws, partner: { ...aws.at, roleArn: roleArn("partner"), roleSessionName: "abroad" } };
  }

  it("it gives that role's credentials", async () => {
    const { emulator, base, partner } = await trusted();
    const provider = fromWebIdentity({ ...partner, token: getWebIdentityToken({ ...base, ...FOR_AWS }) });
    expect(await callerArn(emulator, chain(provider))).toBe("arn:aws:sts::123456789012:assumed-role/partner/abroad");
    expect(provider.status().details).toMatchObject({
      subjectFromWebIdentityToken: "arn:aws:iam::123456789012:user/demo",
    });
  });

  it("it costs one call of each kind for clients that build their own", async () => {
    const { emulator, base, partner } = await trusted();
    const callers = Array.from({ length: 10 }, () =>
      fromWebIdentity({ ...partner, token: getWebIdentityToken({ ...base, ...FOR_AWS }) })(),
    );
    expect(new Set(await Promise.all(callers)).size).toBe(1);
    expect(emulator.count(OPERATION)).toBe(1);
    expect(emulator.count("AssumeRoleWithWebIdentity")).toBe(1);
  });

  it("it is fetched anew when STS says that the one in hand has expired", async () => {
    const { emulator, base, partner } = await trusted();
    const token = getWebIdentityToken({ ...base, ...FOR_AWS });
    await token();
    emulator.addFault({
      operation: "AssumeRoleWithWebIdentity",
      kind: "refuse",
      status: 400,
      code: "ExpiredTokenException",
      times: 1,
    });
    await fromWebIdentity({ ...partner, token })();
    expect(emulator.count(OPERATION)).toBe(2);
  });

  it("it prompts nobody from a background refresh, also where a person is behind its signer", async () => {
    const { emulator, clock, at, user, base, partner } = await trusted();
    const tokenCode = vi.fn((serialNumber: string) => emulator.mfaCode(serialNumber));
    const person = { ...at, roleArn: roleArn("app"), source: user, serialNumber: DEVICE, tokenCode };
    const source = fromAssumeRole({ ...person, durationSeconds: 900 });
    const token = getWebIdentityToken({ ...base, ...FOR_AWS, source });
    const provider = fromWebIdentity({ ...partner, token });
    const first = await provider();
    expect(tokenCode).toHaveBeenCalledTimes(1);
    clock.shift(46 * MINUTE_MS);
    expect(await provider()).toBe(first);
    await settled(provider);
    expect(tokenCode).toHaveBeenCalledTimes(1);
  });
});
