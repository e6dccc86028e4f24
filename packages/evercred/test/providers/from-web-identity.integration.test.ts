import { chain, fromAssumeRole, fromEnv, fromWebIdentity, githubActionsToken, type TokenRequest } from "evercred";
import { describe, expect, it, vi } from "vitest";
import { roleArn } from "../support/emulated-aws.js";
import { watch } from "../support/outcome.js";
import { testCache } from "../support/test-cache.js";
import { awsWithOidc } from "./aws-with-oidc.js";
import { callerArn, expectRefreshedAhead, expectServedWhileValid, putAndGet, settled } from "./sdk-clients.js";

const OPERATION = "AssumeRoleWithWebIdentity";
const MINUTE_MS = 60_000;

describe("credentials for the holder of a token", () => {
  it("are those of the role's session, for clients of the SDK", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const provider = fromWebIdentity({ ...web, token: () => issuer.token(), roleSessionName: "build-7" });
    expect(await callerArn(emulator, provider)).toBe("arn:aws:sts::123456789012:assumed-role/web/build-7");
    expect(await putAndGet(emulator, provider)).toBe("purr");
    expect(emulator.count(OPERATION)).toBe(1);
  });

  it("carry the account, the expiration and how they were found", async () => {
    const { clock, issuer, web } = await awsWithOidc();
    const credentials = await fromWebIdentity({ ...web, token: () => issuer.token(), durationSeconds: 900 })();
    expect(credentials).toMatchObject({
      accountId: "123456789012",
      $source: { CREDENTIALS_STS_ASSUME_ROLE_WEB_ID: "k" },
    });
    const lifeMs = (credentials.expiration?.getTime() ?? 0) - clock.now();
    expect(lifeMs).toBeGreaterThan(14 * MINUTE_MS);
    expect(lifeMs).toBeLessThanOrEqual(15 * MINUTE_MS + 1_000);
  });

  it("sign for a role on top of them, which is a chained one", async () => {
    const { emulator, issuer, web, at } = await awsWithOidc();
    const source = fromWebIdentity({ ...web, token: () => issuer.token() });
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source, roleSessionName: "on-top" });
    expect(await callerArn(emulator, leaf)).toBe("arn:aws:sts::123456789012:assumed-role/leaf/on-top");
    expect(leaf.status().origin).toHaveLength(3);
    expect(() => fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source, durationSeconds: 3601 })).toThrow(/3600/);
  });

  it("are a link of a chain", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const provider = chain(fromEnv({ env: {} }), fromWebIdentity({ ...web, token: () => issuer.token() }));
    expect(await callerArn(emulator, provider)).toMatch(/assumed-role\/web\//);
  });

  it("are those of the next link where there is no token at all", async () => {
    const { emulator, web, user } = await awsWithOidc();
    const elsewhere = fromWebIdentity({ ...web, token: githubActionsToken({ env: {} }) });
    expect(await callerArn(emulator, chain(elsewhere, user))).toBe("arn:aws:iam::123456789012:user/demo");
    expect(emulator.count(OPERATION)).toBe(0);
  });

  it("come with a token that has white space around it, and are the same as without", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const jwt = await issuer.token();
    const spaced = `\n ${jwt}\r\n`;
    await expect(fromWebIdentity({ ...web, token: () => spaced })()).resolves.toBeDefined();
    expect(await fromWebIdentity({ ...web, token: spaced })()).toBe(await fromWebIdentity({ ...web, token: jwt })());
    expect(emulator.count(OPERATION)).toBe(2);
  });

  it("tell in their status whose token it was, and not the token", async () => {
    const { issuer, web } = await awsWithOidc();
    const provider = fromWebIdentity({ ...web, token: () => issuer.token({ subject: "repo:octo/app" }) });
    await provider();
    expect(provider.status()).toMatchObject({
      accountId: "123456789012",
      details: {
        assumedRoleArn: expect.stringContaining(":assumed-role/web/evercred-"),
        subjectFromWebIdentityToken: "repo:octo/app",
        provider: issuer.issuer,
        audience: "sts.amazonaws.com",
        region: "us-east-1",
      },
    });
  });

  it("have what narrows them, and the tags and the source identity of the token", async () => {
    const { emulator, issuer, web, providerArn } = await awsWithOidc();
    const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
    const policyArns = ["arn:aws:iam::123456789012:policy/demopolicy1"];
    const claims = {
      "https://aws.amazon.com/tags": { principal_tags: { Project: ["Pegasus"] }, transitive_tag_keys: ["Project"] },
      "https://aws.amazon.com/source_identity": "DevUser123",
    };
    const provider = fromWebIdentity({ ...web, token: () => issuer.token({ claims }), policy, policyArns });
    const session = emulator.session((await provider()).accessKeyId);
    expect(session).toMatchObject({
      policyArns,
      tags: { Project: "Pegasus" },
      transitiveTagKeys: ["Project"],
      sourceIdentity: "DevUser123",
      federatedProvider: providerArn,
    });
    expect(JSON.parse(session.policy ?? "")).toEqual(policy);
    expect(provider.status().details).toMatchObject({
      sourceIdentity: "DevUser123",
      packedPolicySize: expect.any(Number),
    });
  });
});

describe("a refresh", () => {
  it("comes ahead of expiration, with another token", async () => {
    const { emulator, clock, issuer, web } = await awsWithOidc();
    const token = vi.fn(() => issuer.token());
    const provider = fromWebIdentity({ ...web, token });
    await expectRefreshedAhead(provider, { emulator, clock, operation: OPERATION, ms: 46 * MINUTE_MS });
    expect(token).toHaveBeenCalledTimes(2);
    expect(token).toHaveBeenLastCalledWith(expect.objectContaining({ background: true, renew: false }));
  });

  it("that fails leaves what is in hand, as long as it is good and, as AWS does, beyond", async () => {
    const { emulator, clock, issuer, web } = await awsWithOidc();
    const provider = fromWebIdentity({ ...web, token: () => issuer.token() });
    await expectServedWhileValid(provider, { emulator, clock, operation: OPERATION, ms: 46 * MINUTE_MS });
    const before = await provider();
    clock.shift(30 * MINUTE_MS);
    expect(await provider()).toBe(before);
    expect(provider.status().phase).toBe("expired");
    emulator.clearFaults();
    clock.shift(2 * MINUTE_MS);
    expect((await provider()).accessKeyId).not.toBe(before.accessKeyId);
  });

  it("does not reach beyond expiration where a person has to be asked", async () => {
    const { emulator, clock, issuer, web } = await awsWithOidc();
    const token = vi.fn((_request: TokenRequest) => issuer.token());
    const provider = fromWebIdentity({ ...web, token, interactive: true });
    const first = await provider();
    clock.shift(46 * MINUTE_MS);
    expect(await provider()).toBe(first);
    await settled(provider);
    expect(token).toHaveBeenCalledTimes(1);
    emulator.addFault({ operation: OPERATION, kind: "error" });
    clock.shift(20 * MINUTE_MS);
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(token.mock.calls.map(([{ background }]) => background)).not.toContain(true);
  });

  it("learns that a service rejected the set", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const token = vi.fn(() => issuer.token());
    const provider = fromWebIdentity({ ...web, token });
    const { accessKeyId } = await provider();
    provider.invalidate({ accessKeyId });
    expect((await provider()).accessKeyId).not.toBe(accessKeyId);
    expect(emulator.count(OPERATION)).toBe(2);
    expect(token).toHaveBeenLastCalledWith(expect.objectContaining({ renew: true }));
  });
});

describe("a token function that never answers", () => {
  it("frees who waits at the load's deadline, is told so, and is asked again by the next", async () => {
    const { cache, clock } = testCache();
    const signals: AbortSignal[] = [];
    const token = ({ signal }: TokenRequest): Promise<string> => {
      signals.push(signal);
      return new Promise(() => {});
    };
    const provider = fromWebIdentity({ cache, roleArn: roleArn("web"), token });
    const impatient = new AbortController();
    const left = watch(provider({ signal: impatient.signal }));
    const stayed = watch(provider());
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    await clock.advance(10_000);
    impatient.abort(new Error("the caller left"));
    await clock.advance(0);
    expect(left).toMatchObject({ state: "failed", error: { message: "the caller left" } });
    expect(stayed.state).toBe("waiting");
    await clock.advance(20_000);
    expect(stayed).toMatchObject({ state: "failed", error: { code: "ERR_CREDENTIALS_TIMEOUT" } });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    watch(provider());
    await vi.waitFor(() => expect(signals).toHaveLength(2));
  });
});

describe("an entry of the cache", () => {
  it("is shared by equal token sources of ours, and by one function of your own", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const own = (): Promise<string> => issuer.token();
    const alike = Array.from({ length: 5 }, () => [
      fromWebIdentity({ ...web, token: githubActionsToken({ env: issuer.githubEnv }) }),
      fromWebIdentity({ ...web, token: own }),
    ]).flat();
    const sets = await Promise.all(alike.map((provider) => provider()));
    expect(new Set(sets).size).toBe(2);
    expect(emulator.count(OPERATION)).toBe(2);
    expect(issuer.count("github")).toBe(1);
  });

  it("is not shared by different functions, texts, roles, names, durations or policies", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const token = (): Promise<string> => issuer.token();
    const [one, two] = await Promise.all([issuer.token(), issuer.token()]);
    const different = [
      { ...web, token },
      { ...web, token: () => issuer.token() },
      { ...web, token: one },
      { ...web, token: two },
      { ...web, token, roleArn: roleArn("web-two") },
      { ...web, token, roleSessionName: "named" },
      { ...web, token, durationSeconds: 1800 },
      { ...web, token, policy: { Version: "2012-10-17", Statement: [] } },
      { ...web, token, policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] },
    ];
    const sets = await Promise.all(different.map((options) => fromWebIdentity(options)()));
    expect(new Set(sets.map(({ accessKeyId }) => accessKeyId)).size).toBe(different.length);
    expect(emulator.count(OPERATION)).toBe(different.length);
  });

  it("is not opened by a forged token that names the same issuer, subject and id", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const good = await issuer.token({ subject: "admin" });
    const [header, payload] = good.split(".");
    const forged = `${header}.${payload}.${Buffer.alloc(64, 7).toString("base64url")}`;
    const { accessKeyId } = await fromWebIdentity({ ...web, token: good })();
    const thief = fromWebIdentity({ ...web, token: forged });
    expect(thief.status().phase).toBe("empty");
    await expect(thief()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: "InvalidIdentityToken",
    });
    expect(JSON.stringify(thief.status())).not.toContain(accessKeyId);
    expect(emulator.count(OPERATION)).toBeGreaterThan(1);
  });
});
