import { fromAssumeRole, getWebIdentityToken } from "evercred";
import { describe, expect, it } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";

const MINUTE_MS = 60_000;

describe("a token of AWS's outbound identity", () => {
  it.each([
    // Within its advisory window, and far ahead of it.
    { sessionSeconds: 900, durationSeconds: 300, afterMinutes: 11 },
    { sessionSeconds: 3_600, durationSeconds: 3_000, afterMinutes: 15 },
  ])("is signed for by a role that outlives it, renewed first: $durationSeconds s", async (life) => {
    const { sessionSeconds, durationSeconds, afterMinutes } = life;
    const { emulator, clock, at, user } = await emulatedAws({ roles: [{ roleName: "app" }] });
    const source = fromAssumeRole({ ...at, roleArn: roleArn("app"), source: user, durationSeconds: sessionSeconds });
    const audience = "https://api.example.com";
    const old = await source();
    clock.shift(afterMinutes * MINUTE_MS);
    const provider = getWebIdentityToken({ ...at, audience, source, durationSeconds });
    await expect(provider()).resolves.toEqual(expect.any(String));
    expect(emulator.count("AssumeRole")).toBe(2);
    const [asked] = emulator.requests.filter(({ operation }) => operation === "GetWebIdentityToken");
    expect(asked?.accessKeyId).not.toBe(old.accessKeyId);
    expect(emulator.requests.map(({ errorCode }) => errorCode)).not.toContain("SessionDurationEscalationException");
  });

  it("is signed for by the role as it is, where that lives long enough", async () => {
    const { emulator, clock, at, user } = await emulatedAws({ roles: [{ roleName: "app" }] });
    const source = fromAssumeRole({ ...at, roleArn: roleArn("app"), source: user });
    await source();
    clock.shift(30 * MINUTE_MS);
    await getWebIdentityToken({ ...at, audience: "https://api.example.com", source })();
    expect(emulator.count("AssumeRole")).toBe(1);
  });
});
