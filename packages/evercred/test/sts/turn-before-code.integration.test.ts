import { fromMfaSession } from "evercred";
import { describe, expect, it, vi } from "vitest";
import { ended, MFA_DEVICE, type RegionalAws, regionalAws, turn } from "./regional-aws.js";

async function awsWithMfa() {
  const aws = await regionalAws({ roles: [{ roleName: "reader" }] });
  const tokenCode = vi.fn(async (serialNumber: string) => aws.emulator.mfaCode(serialNumber));
  return { ...aws, tokenCode };
}

type MfaAws = RegionalAws & { readonly tokenCode: (serialNumber: string) => Promise<string> };

/** The two operations that take a code. */
const OPERATIONS = [
  [
    "AssumeRole",
    ({ reader, tokenCode }: MfaAws, callsPerSecond: number) =>
      reader({ serialNumber: MFA_DEVICE, tokenCode, callsPerSecond, externalId: "with-a-code" }),
  ],
  [
    "GetSessionToken",
    ({ user, cache, stsRegions, tokenCode }: MfaAws, callsPerSecond: number) =>
      fromMfaSession({ source: user, cache, stsRegions, serialNumber: MFA_DEVICE, tokenCode, callsPerSecond }),
  ],
] as const;

describe.each(OPERATIONS)("the turn of a call of %s with a code", (_operation, make) => {
  it("is waited for before the code is asked for", async () => {
    const aws = await awsWithMfa();
    const callsPerSecond = 0.1;
    await aws.reader({ callsPerSecond, externalId: "before" })();
    const call = make(aws, callsPerSecond)();
    let turns = 0;
    await turn(aws.clock, () => ++turns > 20);
    expect(aws.tokenCode).not.toHaveBeenCalled();
    await aws.clock.advance(10_000);
    await expect(ended(call, aws.clock)).resolves.toMatchObject({ accessKeyId: expect.any(String) });
    // One turn, and one only: nothing waits behind the code.
    expect(aws.tokenCode).toHaveBeenCalledTimes(1);
    expect(aws.emulator.requests.at(-1)?.at).toBe(aws.clock.now());
  });

  it("that does not come in time costs nobody a code", async () => {
    const aws = await awsWithMfa();
    // A person has five minutes: this many fill them.
    const callsPerSecond = 0.01;
    for (const externalId of ["one", "two", "three", "four", "five"]) {
      const waits = aws.reader({ callsPerSecond, externalId, serialNumber: MFA_DEVICE, tokenCode: aws.tokenCode });
      waits().catch(() => {});
    }
    // The first has gone through, and the others wait.
    await turn(aws.clock, () => aws.emulator.count("AssumeRole") === 1);
    let turns = 0;
    await turn(aws.clock, () => ++turns > 20);
    expect(await ended(make(aws, callsPerSecond)(), aws.clock)).toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringContaining("left no turn"),
    });
    expect(aws.tokenCode).toHaveBeenCalledTimes(1);
    expect(aws.emulator.requests).toHaveLength(1);
  });
});
