import { chain, type FederationTokenOptions, fromAssumeRole, fromEnv, fromFederationToken, fromStatic } from "evercred";
import { describe, expect, it, onTestFinished } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";
import { failureOf } from "../support/outcome.js";
import { callerArn, expectRefreshedAhead, expectServedWhileValid, putAndGet } from "./sdk-clients.js";
import { shown, shownProvider } from "./shown.js";

const OPERATION = "GetFederationToken";
const HOUR_MS = 3_600_000;
const POLICY = { Version: "2012-10-17", Statement: [{ Sid: "Stmt1", Effect: "Allow", Action: "s3:*", Resource: "*" }] };

async function broker(): Promise<Awaited<ReturnType<typeof emulatedAws>> & { readonly bob: FederationTokenOptions }> {
  const aws = await emulatedAws({ buckets: ["photos"] });
  return { ...aws, bob: { ...aws.at, source: aws.user, name: "Bob", policy: POLICY } };
}

describe("credentials of a federated user", () => {
  it("are the user's, for clients of the SDK", async () => {
    const { emulator, bob } = await broker();
    const provider = fromFederationToken(bob);
    expect(await callerArn(emulator, provider)).toBe("arn:aws:sts::123456789012:federated-user/Bob");
    expect(await putAndGet(emulator, provider)).toBe("purr");
    expect(emulator.count(OPERATION)).toBe(1);
  });

  it("are a link of a chain", async () => {
    const { emulator, bob } = await broker();
    expect(await callerArn(emulator, chain(fromEnv({ env: {} }), fromFederationToken(bob)))).toMatch(/\/Bob$/);
  });

  it("sign for nobody in STS: that is said before the call, with the way to do it right", async () => {
    const { emulator, at, bob } = await broker();
    const source = fromFederationToken(bob);
    expect(() => fromAssumeRole({ ...at, roleArn: roleArn("reader"), source })).toThrow(/federated user's session/);
    expect(() => fromFederationToken({ ...bob, source })).toThrow(/long-term access key/);
    expect(emulator.requests).toEqual([]);
  });

  it("have the policies and the tags they were asked for with", async () => {
    const { emulator, bob } = await broker();
    const policyArns = [1, 2].map((number) => `arn:aws:iam::123456789012:policy/federateduserdemopolicy${number}`);
    const provider = fromFederationToken({ ...bob, policyArns, tags: { Dept: "Accounting", "Cost-Center": "12345" } });
    const session = emulator.session((await provider()).accessKeyId);
    expect(session).toMatchObject({
      kind: "federated-user",
      policyArns,
      tags: { Dept: "Accounting", "Cost-Center": "12345" },
    });
    expect(JSON.parse(session.policy ?? "")).toEqual(POLICY);
  });

  it("tell in their status who they are, and how much of the policies' room they take", async () => {
    const { bob } = await broker();
    const provider = fromFederationToken(bob);
    expect(await provider()).toMatchObject({
      accountId: "123456789012",
      $source: { CREDENTIALS_STS_FEDERATION_TOKEN: "l" },
    });
    expect(provider.status().details).toEqual({
      federatedUserArn: "arn:aws:sts::123456789012:federated-user/Bob",
      federatedUserId: "123456789012:Bob",
      packedPolicySize: expect.any(Number),
      region: "us-east-1",
    });
  });

  it("are refreshed ahead of expiration", async () => {
    const { emulator, clock, bob } = await broker();
    const provider = fromFederationToken(bob);
    await expectRefreshedAhead(provider, { emulator, clock, operation: OPERATION, ms: 11.5 * HOUR_MS });
  });

  it("are served while they are good and STS fails, and not beyond", async () => {
    const { emulator, clock, bob } = await broker();
    const provider = fromFederationToken(bob);
    await expectServedWhileValid(provider, { emulator, clock, operation: OPERATION, ms: 11.5 * HOUR_MS });
    clock.shift(HOUR_MS);
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
  });

  it("cost one call for twenty clients of one user, and one each for others", async () => {
    const { emulator, bob } = await broker();
    const asked = Array.from({ length: 20 }, () => fromFederationToken({ ...bob })());
    expect(new Set(await Promise.all(asked)).size).toBe(1);
    expect(emulator.count(OPERATION)).toBe(1);
    const different = [
      { ...bob, name: "Alice" },
      { ...bob, durationSeconds: 3600 },
      { ...bob, policy: { ...POLICY, Statement: [] } },
      { ...bob, policyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"] },
      { ...bob, tags: { Dept: "Accounting" } },
      { ...bob, source: fromStatic(emulator.addUser({ userName: "other" }).credentials) },
    ];
    await Promise.all(different.map((options) => fromFederationToken(options)()));
    expect(emulator.count(OPERATION)).toBe(1 + different.length);
  });

  it("show no secret of the signer", async () => {
    const { emulator, user, bob } = await broker();
    const { secretAccessKey } = await user();
    const message = `signed with ${secretAccessKey}`;
    emulator.addFault({ operation: OPERATION, kind: "refuse", status: 403, code: "SignatureDoesNotMatch", message });
    const provider = fromFederationToken(bob);
    const error = await failureOf(provider());
    expect(error.message).toContain("signed with ***");
    expect(`${shown(error)}${shownProvider(provider)}`).not.toContain(secretAccessKey);
  });
});

/** The process's warnings of this test, which nobody prints. */
function watchWarnings(): readonly Error[] {
  const others = process.listeners("warning");
  const seen: Error[] = [];
  process.removeAllListeners("warning");
  process.on("warning", (warning) => void seen.push(warning));
  onTestFinished(() => {
    process.removeAllListeners("warning");
    for (const listener of others) {
      process.on("warning", listener);
    }
  });
  return seen;
}

/** Warnings come in the next tick. */
async function ticked(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("a federated user without a policy", () => {
  it("is warned of by the process, once a name, with what to do", async () => {
    const { at, user } = await broker();
    const warnings = watchWarnings();
    const nobody = { ...at, source: user, name: "nobody-in-particular" };
    fromFederationToken(nobody);
    fromFederationToken(nobody);
    await ticked();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ name: "EvercredWarning", code: "EVERCRED_FEDERATION_WITHOUT_POLICY" });
    expect(warnings[0]?.message).toMatch(/"nobody-in-particular".*allow nothing by themselves.*Give one of them/s);
    fromFederationToken({ ...nobody, name: "somebody-else" });
    fromFederationToken(nobody);
    await ticked();
    expect(warnings).toHaveLength(2);
  });

  it("is told so in the status", async () => {
    const { at, user } = await broker();
    watchWarnings();
    const provider = fromFederationToken({ ...at, source: user, name: "permitted-nothing" });
    await provider();
    expect(provider.status().details?.["permissions"]).toMatch(/^none by themselves/);
  });

  it("is none where there are policy ARNs", async () => {
    const { at, user } = await broker();
    const warnings = watchWarnings();
    const policyArns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"];
    const provider = fromFederationToken({ ...at, source: user, name: "reader", policyArns });
    await provider();
    expect(provider.status().details).not.toHaveProperty("permissions");
    expect(warnings).toEqual([]);
  });
});
