import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { startOidcIssuer } from "@evercred/testing";
import { type AssumeRoleOptions, createCredentialCache, fromAssumeRole, fromStatic, fromWebIdentity } from "evercred";
import { describe, expect, it, onTestFinished } from "vitest";
import { type EmulatedAws, emulatedAws, roleArn } from "../support/emulated-aws.js";

const DAY_MS = 86_400_000;
const HOUR_SECONDS = 3_600;

/** Roles whose longest session is one of those that IAM's console offers, or none of them. */
async function awsWithRoles(): Promise<EmulatedAws> {
  return await emulatedAws({
    roles: [
      { roleName: "two-hours", maxSessionDurationSeconds: 7_200 },
      { roleName: "five-hours", maxSessionDurationSeconds: 18_000 },
      { roleName: "twelve-hours", maxSessionDurationSeconds: 43_200 },
      { roleName: "one-hour" },
    ],
  });
}

/** The durations that STS was asked for. */
function asked({ emulator }: EmulatedAws, operation = "AssumeRole"): number[] {
  const requests = emulator.requests.filter((request) => request.operation === operation);
  return requests.map(({ parameters }) => Number(parameters["DurationSeconds"]));
}

function twoHours({ at, user }: EmulatedAws, more: Partial<AssumeRoleOptions> = {}) {
  const longest = { durationSeconds: 43_200, durationFallback: true };
  return fromAssumeRole({ ...at, roleArn: roleArn("two-hours"), source: user, ...longest, ...more });
}

describe("durationFallback", () => {
  it("goes down the durations that IAM's console offers, once, and begins with what it found from then on", async () => {
    const aws = await awsWithRoles();
    const provider = twoHours(aws);
    const { expiration } = await provider();
    expect(asked(aws)).toEqual([43_200, 28_800, 14_400, 7_200]);
    expect((expiration?.getTime() ?? 0) - aws.clock.now()).toBeGreaterThan(7_190_000);
    await provider({ forceRefresh: true });
    expect(asked(aws)).toEqual([43_200, 28_800, 14_400, 7_200, 7_200]);
  });

  it("takes one load for it, without a pause and without a failure", async () => {
    const aws = await awsWithRoles();
    await twoHours(aws)();
    expect(aws.cache.stats()).toMatchObject({ refreshes: 1, failures: 0 });
  });

  it.each([
    ["five-hours", 43_200, [43_200, 28_800, 14_400]],
    ["five-hours", 20_000, [20_000, 14_400]],
    ["one-hour", 5_000, [5_000, 3_600]],
    ["one-hour", 43_200, [43_200, 28_800, 14_400, 7_200, 3_600]],
    ["twelve-hours", 43_200, [43_200]],
    ["two-hours", 900, [900]],
  ])("asks %s for %i as %j", async (roleName, durationSeconds, expected) => {
    const aws = await awsWithRoles();
    await twoHours(aws, { roleArn: roleArn(roleName), durationSeconds })();
    expect(asked(aws)).toEqual(expected);
  });

  it("reports what was asked for and what it came to, and nothing where nothing was taken back", async () => {
    const aws = await awsWithRoles();
    const [shortened, whole] = [twoHours(aws), twoHours(aws, { durationSeconds: 7_200 })];
    await Promise.all([shortened(), whole()]);
    expect(shortened.status().details).toMatchObject({ requestedDurationSeconds: 43_200, durationSeconds: 7_200 });
    expect(whole.status().details).not.toHaveProperty("requestedDurationSeconds");
    expect(whole.status().details).not.toHaveProperty("durationSeconds");
    await shortened({ forceRefresh: true });
    expect(shortened.status().details).toMatchObject({ requestedDurationSeconds: 43_200, durationSeconds: 7_200 });
  });

  it("is off by default: STS's refusal is the error, with the way out", async () => {
    const aws = await awsWithRoles();
    await expect(twoHours(aws, { durationFallback: undefined })()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(/MaxSessionDuration.*`durationSeconds` to at most the role's maximum/),
    });
    expect(asked(aws)).toEqual([43_200]);
  });

  it.each(["yes", 1, null])("must be a boolean: %j is refused", (durationFallback) => {
    const make = () =>
      fromAssumeRole({ roleArn: roleArn("one-hour"), durationFallback: durationFallback as unknown as boolean });
    expect(make).toThrow(expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }));
    expect(make).toThrow("`durationFallback`");
  });

  it("is of no use where STS refuses for anything else", async () => {
    const aws = await awsWithRoles();
    aws.emulator.addFault({
      kind: "refuse",
      status: 400,
      code: "ValidationError",
      message: "Something else is wrong.",
    });
    await expect(twoHours(aws)()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(asked(aws)).toEqual([43_200]);
  });

  it("works for web identity too", async () => {
    const aws = await emulatedAws();
    const issuer = await startOidcIssuer({ clock: aws.clock, algorithm: "ES256" });
    onTestFinished(() => issuer.close());
    const { arn } = aws.emulator.addOidcProvider({ issuer: issuer.issuer, clientIds: ["sts.amazonaws.com"] });
    aws.emulator.addRole({ roleName: "web", maxSessionDurationSeconds: 7_200, trust: { federated: [arn] } });
    const provider = fromWebIdentity({
      ...aws.at,
      roleArn: roleArn("web"),
      token: () => issuer.token(),
      durationSeconds: 43_200,
      durationFallback: true,
    });
    await provider();
    await provider({ forceRefresh: true });
    expect(asked(aws, "AssumeRoleWithWebIdentity")).toEqual([43_200, 28_800, 14_400, 7_200, 7_200]);
    expect(provider.status().details).toMatchObject({ requestedDurationSeconds: 43_200, durationSeconds: 7_200 });
  });

  it("learns from a refusal that used up an MFA code, and then asks for the hour: a person is asked once more only", async () => {
    const device = "arn:aws:iam::123456789012:mfa/demo";
    const aws = await emulatedAws({
      users: [{ userName: "demo", mfaSerialNumbers: [device] }],
      roles: [{ roleName: "two-hours", maxSessionDurationSeconds: 7_200 }],
    });
    const provider = twoHours(aws, {
      durationSeconds: 14_400,
      serialNumber: device,
      tokenCode: (serialNumber) => aws.emulator.mfaCode(serialNumber),
    });
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("The next call asks for less (`durationFallback`"),
    });
    expect(asked(aws)).toEqual([14_400]);
    aws.clock.shift(10_000);
    await expect(provider()).resolves.toBeDefined();
    expect(asked(aws)).toEqual([14_400, 3_600]);
  });
});

describe("what durationFallback found", () => {
  it("is known to another provider of the same key and cache", async () => {
    const aws = await awsWithRoles();
    await twoHours(aws)();
    aws.cache.clear();
    await twoHours(aws)();
    expect(asked(aws).slice(4)).toEqual([7_200]);
  });

  it("is not known to another key, nor to another cache", async () => {
    const aws = await awsWithRoles();
    await twoHours(aws)();
    await twoHours(aws, { externalId: "123ABC" })();
    const cache = createCredentialCache({ clock: aws.clock, random: () => 0 });
    await twoHours(aws, { cache })();
    const steps = [43_200, 28_800, 14_400, 7_200];
    expect(asked(aws)).toEqual([...steps, ...steps, ...steps]);
  });

  it("is forgotten after a day, also by a provider that refreshed meanwhile", async () => {
    const aws = await awsWithRoles();
    const provider = twoHours(aws);
    await provider();
    aws.clock.shift(DAY_MS - 60_000);
    await provider();
    expect(asked(aws).slice(4)).toEqual([7_200]);
    aws.clock.shift(120_000);
    await provider({ forceRefresh: true });
    expect(asked(aws).slice(5)).toEqual([43_200, 28_800, 14_400, 7_200]);
  });

  it("is forgotten when the clock steps back by a day: nobody knows when it was", async () => {
    const aws = await awsWithRoles();
    await twoHours(aws)();
    aws.clock.shift(-2 * DAY_MS);
    await twoHours(aws)({ forceRefresh: true });
    expect(asked(aws).slice(4)).toEqual([43_200, 28_800, 14_400, 7_200]);
  });

  it("is seen to be too long when the role's maximum was lowered", async () => {
    const aws = await awsWithRoles();
    const provider = twoHours(aws);
    await provider();
    aws.emulator.addRole({ roleName: "two-hours", maxSessionDurationSeconds: HOUR_SECONDS });
    await provider({ forceRefresh: true });
    expect(asked(aws).slice(4)).toEqual([7_200, 3_600]);
  });
});

describe("durationFallback of a chained role", () => {
  it("asks for the hour straight away where the source is known to be a role", async () => {
    const aws = await awsWithRoles();
    const base = fromAssumeRole({ ...aws.at, roleArn: roleArn("one-hour"), source: aws.user });
    const provider = twoHours(aws, { roleArn: roleArn("twelve-hours"), source: base });
    await provider();
    expect(asked(aws)).toEqual([3_600, 3_600]);
    expect(provider.status().details).toMatchObject({ requestedDurationSeconds: 43_200, durationSeconds: 3_600 });
  });

  it("asks for the hour when STS says so, where the source is a provider of the SDK", async () => {
    const aws = await awsWithRoles();
    const sdk = fromTemporaryCredentials({
      masterCredentials: await aws.user(),
      params: { RoleArn: roleArn("one-hour"), RoleSessionName: "sdk", DurationSeconds: 3_600 },
      clientConfig: { endpoint: aws.emulator.url, region: "us-east-1" },
    });
    const provider = twoHours(aws, { roleArn: roleArn("twelve-hours"), source: sdk });
    await provider();
    expect(asked(aws)).toEqual([3_600, 43_200, 3_600]);
    await provider({ forceRefresh: true });
    expect(asked(aws).slice(3)).toEqual([3_600]);
  });

  it("asks for the hour when STS says so, where the source is a role's session in hand", async () => {
    const aws = await awsWithRoles();
    const session = await fromAssumeRole({ ...aws.at, roleArn: roleArn("one-hour"), source: aws.user })();
    const provider = twoHours(aws, { roleArn: roleArn("twelve-hours"), source: fromStatic(session) });
    await provider();
    expect(asked(aws)).toEqual([3_600, 43_200, 3_600]);
  });
});

describe("who shares an entry", () => {
  it("is decided by durationFallback too", async () => {
    const aws = await awsWithRoles();
    const sets = await Promise.all([
      twoHours(aws, { durationSeconds: 3_600 })(),
      twoHours(aws, { durationSeconds: 3_600, durationFallback: false })(),
      twoHours(aws, { durationSeconds: 3_600, durationFallback: undefined })(),
    ]);
    expect(new Set(sets).size).toBe(2);
    expect(sets[1]).toBe(sets[2]);
  });
});
