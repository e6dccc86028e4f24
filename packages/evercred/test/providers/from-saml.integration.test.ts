import { createFakeClock } from "@evercred/testing";
import { chain, fromAssumeRole, fromEnv, fromSaml } from "evercred";
import { describe, expect, it, vi } from "vitest";
import { roleArn } from "../support/emulated-aws.js";
import { failureOf, watch } from "../support/outcome.js";
import { testCache } from "../support/test-cache.js";
import { awsWithSaml, SAML_PROVIDER } from "./aws-with-saml.js";
import { callerArn, expectRefreshedAhead, expectServedWhileValid, putAndGet, settled } from "./sdk-clients.js";

const OPERATION = "AssumeRoleWithSAML";
const MINUTE_MS = 60_000;

describe("credentials for somebody who signed in", () => {
  it("are those of the role's session, for clients of the SDK", async () => {
    const { emulator, at, assertion } = await awsWithSaml();
    const signIn = () => assertion({ sessionName: "jane" });
    const provider = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn });
    expect(await callerArn(emulator, provider)).toBe("arn:aws:sts::123456789012:assumed-role/saml/jane");
    expect(await putAndGet(emulator, provider)).toBe("purr");
    expect(emulator.count(OPERATION)).toBe(1);
  });

  it("sign for a role on top of them, which is a chained one", async () => {
    const { emulator, at, signIn } = await awsWithSaml();
    const source = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn });
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source, roleSessionName: "on-top" });
    expect(await callerArn(emulator, leaf)).toBe("arn:aws:sts::123456789012:assumed-role/leaf/on-top");
    expect(() => fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source, durationSeconds: 3601 })).toThrow(/3600/);
  });

  it("are a link of a chain", async () => {
    const { emulator, at, assertion } = await awsWithSaml();
    const provider = chain(fromEnv({ env: {} }), fromSaml({ ...at, assertion: () => assertion() }));
    expect(await callerArn(emulator, provider)).toMatch(/assumed-role\/saml\//);
  });

  it("tell in their status what STS read in the assertion", async () => {
    const { emulator, at, assertion, entityId } = await awsWithSaml();
    const tags = { Project: "Pegasus" };
    const signIn = () =>
      assertion({ subject: "jane", sourceIdentity: "DevUser123", tags, transitiveTagKeys: ["Project"] });
    const provider = fromSaml({ ...at, assertion: signIn });
    const { accessKeyId, accountId, ...rest } = await provider();
    expect(accountId).toBe("123456789012");
    expect(rest).toMatchObject({ $source: { CREDENTIALS_STS_ASSUME_ROLE_SAML: "j" } });
    expect(provider.status().details).toMatchObject({
      assumedRoleArn: "arn:aws:sts::123456789012:assumed-role/saml/jane",
      subject: "jane",
      subjectType: "persistent",
      issuer: entityId,
      audience: "https://signin.aws.amazon.com/saml",
      nameQualifier: expect.any(String),
      sourceIdentity: "DevUser123",
      principalArn: SAML_PROVIDER,
    });
    expect(emulator.session(accessKeyId)).toMatchObject({ tags, transitiveTagKeys: ["Project"] });
  });

  it("have what narrows them", async () => {
    const { emulator, at, signIn } = await awsWithSaml();
    const policy = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
    const policyArns = ["arn:aws:iam::123456789012:policy/demopolicy1"];
    const { accessKeyId } = await fromSaml({
      ...at,
      roleArn: roleArn("saml"),
      assertion: signIn,
      policy,
      policyArns,
    })();
    const session = emulator.session(accessKeyId);
    expect(session).toMatchObject({ policyArns, federatedProvider: SAML_PROVIDER });
    expect(JSON.parse(session.policy ?? "")).toEqual(policy);
  });

  it.each([
    ["SessionNotOnOrAfter", (now: number) => ({ sessionNotOnOrAfter: new Date(now + 20 * MINUTE_MS) }), 20],
    ["SessionDuration", () => ({ sessionDurationSeconds: 900 }), 15],
  ])("end earlier where the assertion says so: %s", async (_attribute, more, minutes) => {
    const { clock, at, assertion } = await awsWithSaml();
    const { expiration } = await fromSaml({ ...at, assertion: () => assertion(more(clock.now())) })();
    const lifeMs = (expiration?.getTime() ?? 0) - clock.now();
    expect(lifeMs).toBeLessThanOrEqual(minutes * MINUTE_MS + 1_000);
    expect(lifeMs).toBeGreaterThan((minutes - 1) * MINUTE_MS);
  });
});

describe("one sign-in", () => {
  it("serves ten roles, and more as long as the assertion may be used", async () => {
    const { emulator, clock, at, signIn } = await awsWithSaml();
    const assume = (index: number) => fromSaml({ ...at, roleArn: roleArn(`saml-${index}`), assertion: signIn })();
    await Promise.all(Array.from({ length: 9 }, (_, index) => assume(index)));
    clock.shift(4 * MINUTE_MS);
    await assume(9);
    expect(signIn).toHaveBeenCalledTimes(1);
    expect(emulator.count(OPERATION)).toBe(10);
    clock.shift(2 * MINUTE_MS);
    await assume(10);
    expect(signIn).toHaveBeenCalledTimes(2);
  });

  it("is all that 25 callers of five roles cause, each with a provider of its own", async () => {
    const { emulator, at, assertion, pair } = await awsWithSaml();
    const roles = Array.from({ length: 5 }, (_, index) => pair(`saml-${index}`));
    const signIn = vi.fn(async () => assertion({ roles }));
    const callers = Array.from({ length: 25 }, (_, index) =>
      fromSaml({ ...at, roleArn: roleArn(`saml-${index % 5}`), assertion: signIn })(),
    );
    expect(new Set(await Promise.all(callers)).size).toBe(5);
    expect(signIn).toHaveBeenCalledTimes(1);
    expect(emulator.count(OPERATION)).toBe(5);
  });

  it("is asked for again when somebody waits, and never from the background", async () => {
    const { emulator, clock, at, signIn } = await awsWithSaml();
    const provider = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn });
    const first = await provider();
    clock.shift(46 * MINUTE_MS);
    expect(provider.status().phase).toBe("advisory");
    expect(await provider()).toBe(first);
    expect(provider.status().refreshing).toBe(false);
    expect(signIn).toHaveBeenCalledTimes(1);
    clock.shift(15 * MINUTE_MS);
    const sets = await Promise.all(Array.from({ length: 10 }, () => provider()));
    expect(new Set(sets).size).toBe(1);
    expect(sets[0]).not.toBe(first);
    expect(signIn.mock.calls.map(([{ background }]) => background)).toEqual([false, false]);
    expect(emulator.count(OPERATION)).toBe(2);
  });

  it("is not asked for by the background refresh of a role on top", async () => {
    const { clock, at, assertion } = await awsWithSaml();
    const signIn = vi.fn(() => assertion());
    const source = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn, durationSeconds: 900 });
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source });
    const first = await leaf();
    clock.shift(46 * MINUTE_MS);
    expect(await leaf()).toBe(first);
    await settled(leaf);
    expect(await leaf()).toBe(first);
    expect(signIn).toHaveBeenCalledTimes(1);
    clock.shift(15 * MINUTE_MS);
    expect(await leaf()).not.toBe(first);
    expect(signIn).toHaveBeenCalledTimes(2);
  });

  it("that no person is needed for happens in the background, ahead of expiration", async () => {
    const { emulator, clock, at, signIn } = await awsWithSaml();
    const provider = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn, interactive: false });
    await expectRefreshedAhead(provider, { emulator, clock, operation: OPERATION, ms: 46 * MINUTE_MS });
    expect(signIn.mock.calls.map(([{ background }]) => background)).toEqual([false, true]);
  });

  it("is no reason to serve a session that has ended", async () => {
    const { emulator, clock, at, signIn } = await awsWithSaml();
    const provider = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn, interactive: false });
    await expectServedWhileValid(provider, { emulator, clock, operation: OPERATION, ms: 46 * MINUTE_MS });
    clock.shift(15 * MINUTE_MS);
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
  });

  it("is shared by providers of one function, and by no others", async () => {
    const { at, assertion } = await awsWithSaml();
    const one = vi.fn(() => assertion());
    const two = vi.fn(() => assertion());
    const sets = await Promise.all([one, one, two].map((signIn) => fromSaml({ ...at, assertion: signIn })()));
    expect(sets[0]).toBe(sets[1]);
    expect(sets[2]).not.toBe(sets[0]);
    expect([one, two].map((signIn) => signIn.mock.calls.length)).toEqual([1, 1]);
  });
});

describe("an entry of the cache", () => {
  it("is not shared by other roles, providers, durations or policies, of one sign-in", async () => {
    const { emulator, at, signIn } = await awsWithSaml();
    const base = { ...at, roleArn: roleArn("saml"), assertion: signIn };
    const different = [
      base,
      { ...base, roleArn: roleArn("saml-1") },
      { ...base, principalArn: SAML_PROVIDER },
      { ...base, durationSeconds: 1800 },
      { ...base, policy: { Version: "2012-10-17", Statement: [] } },
      { ...base, policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] },
    ];
    const sets = await Promise.all(different.map((options) => fromSaml(options)()));
    expect(new Set(sets.map(({ accessKeyId }) => accessKeyId)).size).toBe(different.length);
    expect(emulator.count(OPERATION)).toBe(different.length);
    expect(signIn).toHaveBeenCalledTimes(1);
  });
});

describe("a sign-in that fails", () => {
  it("fails for everybody who waits, and the next caller signs in again", async () => {
    const { at, signIn } = await awsWithSaml();
    signIn.mockRejectedValueOnce(new Error("the browser was closed"));
    const ask = (index: number) => fromSaml({ ...at, roleArn: roleArn(`saml-${index}`), assertion: signIn })();
    const errors = await Promise.all([0, 1, 2].map((index) => failureOf(ask(index))));
    for (const error of errors) {
      expect(error).toMatchObject({
        code: "ERR_CREDENTIALS_TRANSIENT",
        message: expect.stringContaining("browser was closed"),
      });
    }
    expect(signIn).toHaveBeenCalledTimes(1);
    await expect(ask(0)).resolves.toBeDefined();
    expect(signIn).toHaveBeenCalledTimes(2);
  });

  it("by never ending frees each who waits at their own moment, and is begun anew by who comes later", async () => {
    const { cache, clock } = testCache();
    const { at, assertion } = await awsWithSaml({ clock }, { clock });
    const signals: AbortSignal[] = [];
    const signIn = vi.fn(({ signal }: { readonly signal: AbortSignal }) => {
      signals.push(signal);
      return signals.length === 1 ? new Promise<string>(() => {}) : assertion();
    });
    const provider = fromSaml({ ...at, cache, roleArn: roleArn("saml"), assertion: signIn });
    const impatient = new AbortController();
    const left = watch(provider({ signal: impatient.signal }));
    const stayed = watch(provider());
    await clock.advance(60_000);
    impatient.abort(new Error("the caller left"));
    await clock.advance(0);
    expect(left).toMatchObject({ state: "failed", error: { message: "the caller left" } });
    expect(stayed.state).toBe("waiting");
    await clock.advance(240_000);
    expect(stayed).toMatchObject({ state: "failed", error: { code: "ERR_CREDENTIALS_TIMEOUT" } });
    expect(signals[0]?.aborted).toBe(true);
    await expect(provider()).resolves.toBeDefined();
    expect(signIn).toHaveBeenCalledTimes(2);
  });

  it("for a person who is slow goes on when the load that asked has ended, and serves who comes after", async () => {
    const { clock, cache } = testCache({ refresh: { loadTimeoutMs: 10_000 } });
    const { at, assertion } = await awsWithSaml({ clock }, { clock });
    const person: { signsIn?: (assertion: string) => void } = {};
    const signIn = vi.fn(() => new Promise<string>((resolve) => Object.assign(person, { signsIn: resolve })));
    const provider = fromSaml({ ...at, cache, roleArn: roleArn("saml"), assertion: signIn });
    const first = watch(provider());
    await clock.advance(10_000);
    expect(first).toMatchObject({ state: "failed", error: { code: "ERR_CREDENTIALS_TIMEOUT" } });
    const second = provider();
    await clock.advance(0);
    person.signsIn?.(assertion());
    await expect(second).resolves.toBeDefined();
    expect(signIn).toHaveBeenCalledTimes(1);
  });

  it("leaves no timer behind", async () => {
    const clock = createFakeClock();
    const { at, signIn } = await awsWithSaml({ clock }, { clock });
    await fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn })();
    signIn.mockRejectedValueOnce(new Error("the browser was closed"));
    await failureOf(
      fromSaml({ ...at, roleArn: roleArn("saml"), assertion: async () => signIn({ background: false }) })(),
    );
    expect(clock.pending).toBe(0);
  });
});
