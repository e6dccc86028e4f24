import { fromMfaSession } from "evercred";
import { describe, expect, it, vi } from "vitest";
import { arrivals, ended, FIRST, MFA_DEVICE, type RegionalAws, regionalAws, SECOND } from "./regional-aws.js";

async function awsWithMfa() {
  const aws = await regionalAws({ roles: [{ roleName: "reader", trust: { requireMfa: true } }] });
  const tokenCode = vi.fn(async (serialNumber: string) => aws.emulator.mfaCode(serialNumber));
  return { ...aws, tokenCode };
}

type MfaAws = RegionalAws & { readonly tokenCode: (serialNumber: string) => Promise<string> };

/** The two operations that take a code. */
const OPERATIONS = [
  ["AssumeRole", ({ reader, tokenCode }: MfaAws) => reader({ serialNumber: MFA_DEVICE, tokenCode })],
  [
    "GetSessionToken",
    ({ user, cache, stsRegions, tokenCode }: MfaAws) =>
      fromMfaSession({ source: user, cache, stsRegions, serialNumber: MFA_DEVICE, tokenCode }),
  ],
] as const;

describe.each(OPERATIONS)("the code that %s sends", (operation, make) => {
  it("goes to the next region when the first refuses connections: nobody has seen it", async () => {
    const aws = await awsWithMfa();
    await aws.emulator.closeRegion(FIRST);
    const provider = make(aws);
    await provider();
    expect(aws.tokenCode).toHaveBeenCalledTimes(1);
    expect(aws.emulator.count(operation)).toBe(1);
    expect(provider.status().details).toMatchObject({ region: SECOND, failedOverFrom: FIRST });
  });

  it.each([
    ["resets the connection", "reset"],
    ["answers 500", "error"],
  ] as const)("does not go to the next region when the first %s", async (_name, kind) => {
    const aws = await awsWithMfa();
    aws.emulator.addFault({ kind, region: FIRST });
    expect(await ended(make(aws)(), aws.clock)).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(aws.arrived()).toEqual({ first: 1, second: 0 });
    expect(aws.tokenCode).toHaveBeenCalledTimes(1);
  });

  it("does not go to the next region when the first is silent", async () => {
    const aws = await awsWithMfa();
    const came = arrivals(aws.clock);
    aws.emulator.addFault({ kind: "silence", region: FIRST, when: came.note });
    const call = make(aws)().catch((error: unknown) => error);
    await came.reached(1);
    await aws.clock.advance(8_000);
    expect(await call).toMatchObject({ code: "ERR_CREDENTIALS_TIMEOUT" });
    expect(aws.arrived()).toEqual({ first: 1, second: 0 });
  });

  it.each([
    ["breaks off", { kind: "reset" }],
    ["is not activated", { kind: "refuse", status: 403, code: "RegionDisabledException" }],
  ] as const)("is not sent again when the first region refuses connections and the second %s", async (_name, fault) => {
    const aws = await awsWithMfa();
    const code = aws.emulator.mfaCode(MFA_DEVICE);
    await aws.emulator.closeRegion(FIRST);
    aws.emulator.addFault({ ...fault, region: SECOND });
    const provider = make({ ...aws, tokenCode: async () => code });
    expect(await ended(provider(), aws.clock)).toMatchObject({ message: expect.not.stringContaining("ECONNREFUSED") });
    await aws.clock.advance(6_000);
    expect(await ended(provider(), aws.clock)).toMatchObject({ message: expect.stringContaining("was used already") });
    expect(aws.emulator.count(operation)).toBe(1);
  });

  it("is another one at the next call, which begins with the healthy region", async () => {
    const aws = await awsWithMfa();
    aws.emulator.addFault({ kind: "reset", region: FIRST });
    const provider = make(aws);
    await ended(provider(), aws.clock);
    await provider();
    expect(aws.tokenCode).toHaveBeenCalledTimes(2);
    expect(aws.arrived()).toEqual({ first: 1, second: 1 });
  });
});
