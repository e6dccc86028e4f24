import { describe, expect, it } from "vitest";
import { failureOf } from "../support/outcome.js";
import { awsWithMfa, DEVICE } from "./aws-with-mfa.js";

const RIGHT = "123456789012";
const WRONG = "210987654321";
const HARDWARE = "GAHT12345678";

async function awsWithHardware() {
  return await awsWithMfa({ users: [{ userName: "demo", mfaSerialNumbers: [DEVICE, HARDWARE] }] });
}

describe("a session with a hardware device, whose number tells no account,", () => {
  it("asks whose the signer is before it asks for a code", async () => {
    const { emulator, session, prompts } = await awsWithHardware();
    const provider = session({ serialNumber: HARDWARE, allowedAccountIds: [RIGHT] });
    await expect(provider()).resolves.toMatchObject({ accountId: RIGHT });
    expect(emulator.requests.map(({ operation }) => operation)).toEqual(["GetCallerIdentity", "GetSessionToken"]);
    expect(prompts()).toBe(1);
  });

  it("prompts nobody where the signer is of another account", async () => {
    const { emulator, session, prompts } = await awsWithHardware();
    const error = await failureOf(session({ serialNumber: HARDWARE, allowedAccountIds: [WRONG] })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(WRONG) });
    expect(prompts()).toBe(0);
    expect(emulator.count("GetSessionToken")).toBe(0);
  });

  it("asks nobody where the signer says its account", async () => {
    const { emulator, session, user, prompts } = await awsWithHardware();
    const source = async () => ({ ...(await user()), accountId: RIGHT });
    await session({ serialNumber: HARDWARE, allowedAccountIds: [RIGHT], source })();
    expect(emulator.requests.map(({ operation }) => operation)).toEqual(["GetSessionToken"]);
    const other = async () => ({ ...(await user()), accountId: WRONG });
    await failureOf(session({ serialNumber: HARDWARE, allowedAccountIds: [RIGHT], source: other })());
    expect(prompts()).toBe(1);
  });
});

describe("a code that a person typed again", () => {
  it("is refused without a request, and another device's same digits are not", async () => {
    const { emulator, clock, session } = await awsWithHardware();
    const code = emulator.mfaCode(DEVICE);
    const typed = { tokenCode: () => code };
    emulator.addFault({ kind: "error", times: 1 });
    await failureOf(session(typed)());
    expect(await failureOf(session(typed)())).toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringContaining("was used already"),
    });
    expect(emulator.count("GetSessionToken")).toBe(1);
    await failureOf(session({ ...typed, serialNumber: HARDWARE })());
    expect(emulator.count("GetSessionToken")).toBe(2);
    clock.shift(90_000);
    await failureOf(session(typed)());
    expect(emulator.count("GetSessionToken")).toBe(3);
  });
});
