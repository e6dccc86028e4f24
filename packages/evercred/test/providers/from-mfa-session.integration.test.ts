import { chain, fromAssumeRole, fromEnv, fromMfaSession, getWebIdentityToken } from "evercred";
import { describe, expect, it, vi } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";
import { failureOf, watch } from "../support/outcome.js";
import { testCache } from "../support/test-cache.js";
import { awsWithMfa, DEVICE } from "./aws-with-mfa.js";
import { callerArn, expectRefreshedAhead, expectServedWhileValid, putAndGet, settled } from "./sdk-clients.js";
import { shown, shownProvider } from "./shown.js";

const OPERATION = "GetSessionToken";
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("a session", () => {
  it("with MFA is the user's, for clients of the SDK", async () => {
    const { emulator, session, prompts } = await awsWithMfa();
    const provider = session();
    expect(await callerArn(emulator, provider)).toBe("arn:aws:iam::123456789012:user/demo");
    expect(await putAndGet(emulator, provider)).toBe("purr");
    const { accessKeyId, accountId, expiration } = await provider();
    expect(emulator.session(accessKeyId)).toMatchObject({ kind: "session-token", mfaSerialNumber: DEVICE });
    expect(accountId).toBe("123456789012");
    expect(expiration).toEqual(emulator.session(accessKeyId).expiration);
    expect(prompts()).toBe(1);
  });

  it("says in its status whose device it was, and how it was found", async () => {
    const { session } = await awsWithMfa();
    const provider = session();
    expect(await provider()).toMatchObject({ $source: { CREDENTIALS_STS_SESSION_TOKEN: "m" } });
    expect(provider.status()).toMatchObject({ details: { serialNumber: DEVICE, region: "us-east-1" } });
    expect(provider.status().origin[0]).toContain(DEVICE);
  });

  it("without MFA needs no person, and is refreshed ahead", async () => {
    const { emulator, clock, user, at } = await emulatedAws({ buckets: ["photos"] });
    const provider = fromMfaSession({ ...at, source: user });
    expect(await putAndGet(emulator, provider)).toBe("purr");
    expect(emulator.session((await provider()).accessKeyId).mfaSerialNumber).toBeUndefined();
    await expectRefreshedAhead(provider, { emulator, clock, operation: OPERATION, ms: 11.5 * HOUR_MS });
  });

  it("without MFA is served while it is good and STS fails, and not beyond", async () => {
    const { emulator, clock, user, at } = await emulatedAws();
    const provider = fromMfaSession({ ...at, source: user });
    await expectServedWhileValid(provider, { emulator, clock, operation: OPERATION, ms: 11.5 * HOUR_MS });
    clock.shift(HOUR_MS);
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
  });

  it("without MFA does not open roles that ask for it", async () => {
    const { user, at } = await awsWithMfa();
    const source = fromMfaSession({ ...at, source: user });
    await expect(fromAssumeRole({ ...at, roleArn: roleArn("leaf-0"), source })()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: "AccessDenied",
    });
  });

  it("signs for roles that ask for MFA, without another code", async () => {
    const { emulator, session, at, prompts } = await awsWithMfa();
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf-0"), source: session(), roleSessionName: "on-top" });
    expect(await callerArn(emulator, leaf)).toBe("arn:aws:sts::123456789012:assumed-role/leaf-0/on-top");
    expect(emulator.session((await leaf()).accessKeyId).mfaSerialNumber).toBe(DEVICE);
    expect(prompts()).toBe(1);
  });

  it("may sign for a role of more than an hour: it is no role itself", async () => {
    const { session, at } = await awsWithMfa();
    const longer = { ...at, roleArn: roleArn("leaf-0"), source: session(), durationSeconds: 7200 };
    expect(() => fromAssumeRole(longer)).not.toThrow();
  });

  it("signs for roles only: what else it cannot do in STS is said before the call", async () => {
    const { emulator, session, at } = await awsWithMfa();
    const source = session();
    expect(() => fromMfaSession({ ...at, source })).toThrow(/session of GetSessionToken.*long-term access key/s);
    const abroad = { ...at, source, audience: "https://api.example.com" };
    expect(() => getWebIdentityToken(abroad)).toThrow(/session of GetSessionToken/);
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf-0"), source });
    expect(() => fromMfaSession({ ...at, source: leaf })).toThrow(/a role's session.*put the MFA session below it/s);
    expect(emulator.requests).toEqual([]);
  });

  it("is a link of a chain", async () => {
    const { emulator, session } = await awsWithMfa();
    const provider = chain(fromEnv({ env: {} }), session());
    expect(await callerArn(emulator, provider)).toBe("arn:aws:iam::123456789012:user/demo");
  });

  it("of 40 callers with ten roles on top costs one prompt and eleven calls", async () => {
    const { emulator, session, at, tokenCode, prompts } = await awsWithMfa();
    const callers = Array.from({ length: 40 }, (_, index) => {
      const source = session({ tokenCode: (serialNumber) => tokenCode(serialNumber) });
      return fromAssumeRole({ ...at, roleArn: roleArn(`leaf-${index % 10}`), source })();
    });
    expect(new Set(await Promise.all(callers)).size).toBe(10);
    expect(prompts()).toBe(1);
    expect(emulator.count(OPERATION)).toBe(1);
    expect(emulator.count("AssumeRole")).toBe(10);
    expect(emulator.requests).toHaveLength(11);
  });
});

describe("a code", () => {
  it("is asked for once, however many providers and callers wait", async () => {
    const { emulator, session, prompts } = await awsWithMfa();
    const sets = await Promise.all(Array.from({ length: 25 }, () => session()()));
    expect(new Set(sets).size).toBe(1);
    expect(prompts()).toBe(1);
    expect(emulator.count(OPERATION)).toBe(1);
  });

  it.each(["error", "reset", "throttle"] as const)("is sent once, also when STS fails: %s", async (kind) => {
    const { emulator, session, prompts, tokenCode } = await awsWithMfa();
    emulator.addFault({ operation: OPERATION, kind, times: 1 });
    await expect(session()()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(emulator.count(OPERATION)).toBe(1);
    expect(prompts()).toBe(1);
    await expect(session()()).resolves.toBeDefined();
    const codes = tokenCode.mock.results.map(({ value }) => value);
    expect(new Set(codes).size).toBe(2);
  });

  it("that was wrong is said to be, without the code", async () => {
    const { session } = await awsWithMfa();
    const provider = session({ tokenCode: () => "000000" });
    const error = await failureOf(provider());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_DENIED", serviceCode: "AccessDenied", operation: OPERATION });
    expect(error.message).toMatch(/Ask for a new code/);
    expect(`${shown(error)}${shownProvider(provider)}`).not.toContain("000000");
  });

  it("does not show when STS quotes it", async () => {
    const { emulator, session, tokenCode } = await awsWithMfa();
    const code = emulator.mfaCode(DEVICE);
    tokenCode.mockReturnValue(code);
    const message = `Value '${code}' at 'tokenCode' failed to satisfy constraint`;
    emulator.addFault({ operation: OPERATION, kind: "refuse", status: 400, code: "ValidationError", message });
    const error = await failureOf(session()());
    expect(error.message).toContain("Value '***' at");
    expect(shown(error)).not.toContain(`'${code}'`);
  });

  it.each([
    ["with a space", "123 456", /7 characters with white space/],
    ["with a newline", "123456\n", /7 characters with white space/],
    ["of five digits", "12345", /got 5 characters\./],
    ["of seven digits", "1234567", /got 7 characters\./],
    ["with a letter", "12345a", /not all digits/],
    ["of other digits", "١٢٣٤٥٦", /not all digits/],
    ["that is a number", 123_456 as unknown as string, /a value of type number/],
    ["that is missing", undefined as unknown as string, /got undefined/],
  ])("%s is refused before it is sent, and not printed", async (_what, code, reason) => {
    const { emulator, session } = await awsWithMfa();
    const error = await failureOf(session({ tokenCode: () => code })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error.message).toMatch(reason);
    expect(error.message).toContain("Nothing was sent to STS");
    expect(shown(error).includes(String(code)) && code !== undefined).toBe(false);
    expect(emulator.count(OPERATION)).toBe(0);
  });

  it("that nobody types frees who waits, and is not sent when it comes too late", async () => {
    const { cache, clock } = testCache();
    const { emulator, session, prompts, tokenCode } = await awsWithMfa({ clock });
    const person: { types?: (code: string) => void } = {};
    const slow = new Promise<string>((resolve) => Object.assign(person, { types: resolve }));
    tokenCode.mockReturnValueOnce(slow);
    const provider = session({ cache });
    const waiting = watch(provider());
    await clock.advance(0);
    await vi.waitFor(() => expect(prompts()).toBe(1));
    await clock.advance(300_000);
    expect(waiting).toMatchObject({ state: "failed", error: { code: "ERR_CREDENTIALS_TIMEOUT" } });
    person.types?.(emulator.mfaCode(DEVICE));
    await clock.advance(0);
    await expect(provider()).resolves.toBeDefined();
    expect(prompts()).toBe(2);
    expect(emulator.count(OPERATION)).toBe(1);
  });

  it("is asked for on behalf of the device that was named", async () => {
    const { session, tokenCode } = await awsWithMfa();
    await session()();
    expect(tokenCode).toHaveBeenCalledWith(DEVICE);
  });
});

describe("time", () => {
  it("never makes the background ask for a code", async () => {
    const { session, clock, prompts } = await awsWithMfa();
    const provider = session();
    const first = await provider();
    clock.shift(11.5 * HOUR_MS);
    expect(provider.status().phase).toBe("advisory");
    expect(await provider()).toBe(first);
    expect(provider.status().refreshing).toBe(false);
    expect(prompts()).toBe(1);
  });

  it("ends the session, and then it is asked for again by who waits, and is not served while STS fails", async () => {
    const { emulator, session, clock, prompts } = await awsWithMfa();
    const provider = session();
    const first = await provider();
    clock.shift(12 * HOUR_MS + MINUTE_MS);
    const lift = emulator.addFault({ operation: OPERATION, kind: "error" });
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    lift();
    const sets = await Promise.all(Array.from({ length: 10 }, () => provider()));
    expect(new Set(sets).size).toBe(1);
    expect(sets[0]).not.toBe(first);
    expect(prompts()).toBe(3);
  });

  it("refreshes a role on top in the background as long as the session lives", async () => {
    const { emulator, session, at, clock, prompts } = await awsWithMfa();
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf-0"), source: session() });
    await expectRefreshedAhead(leaf, { emulator, clock, operation: "AssumeRole", ms: 46 * MINUTE_MS });
    expect(prompts()).toBe(1);
  });

  it("that has ended the session lets no background refresh of a role prompt, and the next who waits once", async () => {
    const { session, at, clock, prompts, cache } = await awsWithMfa();
    const source = session({ durationSeconds: 900 });
    const leaves = ["leaf-0", "leaf-1"].map((name) => fromAssumeRole({ ...at, roleArn: roleArn(name), source }));
    const first = await Promise.all(leaves.map((leaf) => leaf()));
    clock.shift(46 * MINUTE_MS);
    expect(await Promise.all(leaves.map((leaf) => leaf()))).toEqual(first);
    await Promise.all(leaves.map(settled));
    expect(await Promise.all(leaves.map((leaf) => leaf()))).toEqual(first);
    expect(prompts()).toBe(1);
    expect(cache.stats().failures).toBe(0);
    clock.shift(15 * MINUTE_MS);
    const next = await Promise.all([...leaves, ...leaves, ...leaves].map((leaf) => leaf()));
    expect(new Set(next).size).toBe(2);
    expect(next[0]).not.toBe(first[0]);
    expect(prompts()).toBe(2);
  });
});

describe("an entry of the cache", () => {
  it("is not shared by other devices, durations or signers", async () => {
    const { emulator, user, at } = await emulatedAws({
      users: [{ userName: "demo", mfaSerialNumbers: [DEVICE, `${DEVICE}-2`] }],
    });
    const tokenCode = vi.fn((serialNumber: string) => emulator.mfaCode(serialNumber));
    const other = emulator.addUser({ userName: "other" }).credentials;
    const different = [
      { ...at, source: user, serialNumber: DEVICE, tokenCode },
      { ...at, source: user, serialNumber: `${DEVICE}-2`, tokenCode },
      { ...at, source: user, serialNumber: DEVICE, tokenCode, durationSeconds: 900 },
      { ...at, source: user },
      { ...at, source: async () => other },
    ];
    const sets = await Promise.all(different.map((options) => fromMfaSession(options)()));
    expect(new Set(sets.map(({ accessKeyId }) => accessKeyId)).size).toBe(different.length);
  });
});
