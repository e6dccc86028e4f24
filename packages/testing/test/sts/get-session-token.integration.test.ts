import { inspect } from "node:util";
import {
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  type GetSessionTokenCommandInput,
} from "@aws-sdk/client-sts";
import { TOTP } from "otpauth";
import { describe, expect, test } from "vitest";
import type { AwsEmulator } from "../../src/index.js";
import { assumeRole, demoKeys, keysOf, startEmulator, stsClient } from "../emulator-fixture.js";
import type { Keys } from "../wire.js";

const SerialNumber = "arn:aws:iam::123456789012:mfa/demo";
const userArn = "arn:aws:iam::123456789012:user/demo";
const denied = { name: "AccessDenied", $metadata: { httpStatusCode: 403 } };
const guarded = { roleName: "reader", trust: { requireMfa: true }, maxSessionDurationSeconds: 43_200 };

function withDevice(): Promise<AwsEmulator> {
  return startEmulator({ users: [{ userName: "demo", mfaSerialNumbers: [SerialNumber] }], roles: [guarded] });
}

function getSessionToken(emulator: AwsEmulator, input: GetSessionTokenCommandInput = {}, credentials?: Keys) {
  return stsClient(emulator, credentials === undefined ? {} : { credentials }).send(new GetSessionTokenCommand(input));
}

async function remainingSeconds(emulator: AwsEmulator, input: GetSessionTokenCommandInput, credentials?: Keys) {
  const { Credentials } = await getSessionToken(emulator, input, credentials);
  return Math.ceil((Number(Credentials?.Expiration) - emulator.clock.now()) / 10_000) * 10;
}

test("gives the user temporary credentials under the user's own name", async () => {
  const emulator = await withDevice();
  const answer = await getSessionToken(emulator);
  expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
  const client = stsClient(emulator, { credentials: keysOf(answer) });
  const asUser = await stsClient(emulator).send(new GetCallerIdentityCommand({}));
  expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Arn: userArn,
    UserId: asUser.UserId,
    Account: "123456789012",
  });
});

describe("the duration", () => {
  test("is twelve hours, or what is asked", async () => {
    const emulator = await withDevice();
    expect(await remainingSeconds(emulator, {})).toBe(43_200);
    expect(await remainingSeconds(emulator, { DurationSeconds: 900 })).toBe(900);
    expect(await remainingSeconds(emulator, { DurationSeconds: 129_600 })).toBe(129_600);
  });

  test.each([899, 129_601])("of %i seconds is refused", async (DurationSeconds) => {
    await expect(getSessionToken(await withDevice(), { DurationSeconds })).rejects.toMatchObject({
      name: "ValidationError",
      message: expect.stringContaining(`Value '${DurationSeconds}' at 'durationSeconds'`),
    });
  });

  test("is an hour at most for a root user, who is not refused for asking for more", async () => {
    const emulator = await startEmulator();
    const { credentials } = emulator.addRootUser();
    expect(await remainingSeconds(emulator, {}, credentials)).toBe(3600);
    expect(await remainingSeconds(emulator, { DurationSeconds: 129_600 }, credentials)).toBe(3600);
    expect(await remainingSeconds(emulator, { DurationSeconds: 900 }, credentials)).toBe(900);
  });
});

describe("with MFA", () => {
  test("opens every role that asks for MFA, without another code", async () => {
    const emulator = await withDevice();
    const TokenCode = emulator.mfaCode(SerialNumber);
    const keys = keysOf(await getSessionToken(emulator, { SerialNumber, TokenCode }));
    const assumed = await assumeRole(emulator, {}, keys);
    await expect(assumeRole(emulator, {}, keys)).resolves.toBeDefined();
    expect(emulator.session(keysOf(assumed).accessKeyId).mfaSerialNumber).toBe(SerialNumber);
    expect(emulator.session(keys.accessKeyId)).toMatchObject({ kind: "session-token", mfaSerialNumber: SerialNumber });
  });

  test("left out opens none", async () => {
    const emulator = await withDevice();
    const keys = keysOf(await getSessionToken(emulator));
    await expect(assumeRole(emulator, {}, keys)).rejects.toMatchObject({
      ...denied,
      message: `User: ${userArn} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/reader`,
    });
    const TokenCode = emulator.mfaCode(SerialNumber);
    await expect(assumeRole(emulator, { SerialNumber, TokenCode }, keys)).resolves.toBeDefined();
  });

  test("takes an authenticator's code, by the device's seed and the emulator's clock", async () => {
    const emulator = await withDevice();
    const authenticator = new TOTP({ secret: emulator.mfaSeed(SerialNumber) });
    const TokenCode = authenticator.generate({ timestamp: emulator.clock.now() });
    await expect(getSessionToken(emulator, { SerialNumber, TokenCode })).resolves.toBeDefined();
  });

  test("takes no code that AssumeRole took, and the other way round", async () => {
    const emulator = await withDevice();
    const refusal = { ...denied, message: "MultiFactorAuthentication failed with invalid MFA one time pass code. " };
    const [first, second] = [emulator.mfaCode(SerialNumber), emulator.mfaCode(SerialNumber)];
    await assumeRole(emulator, { SerialNumber, TokenCode: first });
    await expect(getSessionToken(emulator, { SerialNumber, TokenCode: first })).rejects.toMatchObject(refusal);
    await getSessionToken(emulator, { SerialNumber, TokenCode: second });
    await expect(assumeRole(emulator, { SerialNumber, TokenCode: second })).rejects.toMatchObject(refusal);
  });

  test("refuses a code without its device, and the device of somebody else", async () => {
    const emulator = await withDevice();
    const { credentials } = emulator.addUser({ userName: "ann" });
    const TokenCode = emulator.mfaCode(SerialNumber);
    await expect(getSessionToken(emulator, { TokenCode })).rejects.toMatchObject(denied);
    await expect(getSessionToken(emulator, { SerialNumber, TokenCode }, credentials)).rejects.toMatchObject(denied);
    await expect(getSessionToken(emulator, { SerialNumber, TokenCode: "12 456" })).rejects.toMatchObject({
      name: "ValidationError",
    });
  });
});

test("is no link of a chain: a role on top of it may last longer than an hour", async () => {
  const emulator = await withDevice();
  const TokenCode = emulator.mfaCode(SerialNumber);
  const keys = keysOf(await getSessionToken(emulator, { SerialNumber, TokenCode }));
  await expect(assumeRole(emulator, { DurationSeconds: 43_200 }, keys)).resolves.toBeDefined();
});

test("keeps what the user is denied", async () => {
  const emulator = await startEmulator({ roles: [{ roleName: "reader" }] });
  const { credentials } = emulator.addUser({ userName: "idle", deny: ["sts:*"] });
  const keys = keysOf(await getSessionToken(emulator, {}, credentials));
  await expect(assumeRole(emulator, {}, keys)).rejects.toMatchObject(denied);
});

describe("a device's seed", () => {
  const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

  test("may be the test's own, and shows nowhere", async () => {
    const emulator = await startEmulator({
      users: [{ userName: "demo", mfaSerialNumbers: [SerialNumber], mfaSeeds: { [SerialNumber]: seed } }],
    });
    expect(emulator.mfaSeed(SerialNumber)).toBe(seed);
    await getSessionToken(emulator, { SerialNumber, TokenCode: emulator.mfaCode(SerialNumber) }, demoKeys(emulator));
    const everywhere = inspect(emulator, { depth: 9, showHidden: true, getters: true }) + JSON.stringify(emulator);
    expect(everywhere).not.toContain(seed);
  });

  test("is refused without its device, in another form, and beside another one", async () => {
    const emulator = await startEmulator();
    const add = (mfaSeeds: Record<string, string>) => () =>
      emulator.addUser({ userName: "ann", mfaSerialNumbers: [SerialNumber], mfaSeeds });
    expect(add({ other: seed })).toThrow('"mfaSeeds" has other, which mfaSerialNumbers has not');
    expect(add({ [SerialNumber]: "secret 1" })).toThrow("got a string of 8 characters for one");
    add({ [SerialNumber]: seed })();
    expect(add({ [SerialNumber]: seed.toLowerCase().toUpperCase() })).not.toThrow();
    expect(add({ [SerialNumber]: seed.replace("J", "K") })).toThrow('"mfaSeeds" has another seed for');
  });
});
