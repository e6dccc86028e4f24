import {
  type AssumeRoleOptions,
  type CredentialProvider,
  createCredentialCache,
  fromAssumeRole,
  fromProvider,
  fromStatic,
} from "evercred";
import { describe, expect, it, vi } from "vitest";
import { type EmulatedAws, emulatedAws, roleArn } from "../support/emulated-aws.js";

const DEVICE = "arn:aws:iam::123456789012:mfa/demo";

interface MfaAws extends EmulatedAws {
  /** How often a code was asked for. */
  readonly prompts: () => number;
  readonly admin: () => CredentialProvider;
  readonly options: AssumeRoleOptions;
}

async function awsWithMfa(): Promise<MfaAws> {
  const aws = await emulatedAws({
    users: [{ userName: "demo", mfaSerialNumbers: [DEVICE] }],
    roles: [{ roleName: "admin", trust: { requireMfa: true } }, { roleName: "leaf" }],
  });
  const tokenCode = vi.fn(async (serialNumber: string) => aws.emulator.mfaCode(serialNumber));
  const options = { ...aws.at, roleArn: roleArn("admin"), source: aws.user, serialNumber: DEVICE, tokenCode };
  return { ...aws, options, admin: () => fromAssumeRole(options), prompts: () => tokenCode.mock.calls.length };
}

describe("MFA", () => {
  it("asks for one code, however many providers and callers wait", async () => {
    const { admin, prompts, emulator } = await awsWithMfa();
    const sets = await Promise.all(Array.from({ length: 5 }, () => admin()()));
    expect(new Set(sets).size).toBe(1);
    expect(prompts()).toBe(1);
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("never asks from a background refresh", async () => {
    const { admin, prompts, clock } = await awsWithMfa();
    const provider = admin();
    const first = await provider();
    clock.shift(50 * 60_000);
    expect(provider.status().phase).toBe("advisory");
    expect(await provider()).toBe(first);
    expect(provider.status().refreshing).toBe(false);
    expect(prompts()).toBe(1);
  });

  it("asks again for a caller who waits, once the old session is over", async () => {
    const { admin, prompts, clock } = await awsWithMfa();
    const provider = admin();
    const first = await provider();
    clock.shift(61 * 60_000);
    expect(await provider()).not.toBe(first);
    expect(prompts()).toBe(2);
  });

  it("is not asked for by the background refresh of a role that it signs for, and by a waiting caller it is", async () => {
    const { admin, prompts, clock, at, cache } = await awsWithMfa();
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source: admin(), durationSeconds: 1800 });
    const first = await leaf();
    expect(prompts()).toBe(1);
    // The leaf is in its advisory window, and the MFA session over: only a prompt could renew the leaf.
    clock.shift(17 * 60_000);
    admin().invalidate();
    expect(await leaf()).toBe(first);
    await vi.waitFor(() => expect(leaf.status().refreshing).toBe(false));
    expect(prompts()).toBe(1);
    expect(cache.stats().failures).toBe(0);
    clock.shift(14 * 60_000);
    expect(await leaf()).not.toBe(first);
    expect(prompts()).toBe(2);
  });

  it("never sends a code twice, also when STS fails", async () => {
    const { admin, prompts, emulator } = await awsWithMfa();
    emulator.addFault({ operation: "AssumeRole", kind: "error", times: 1 });
    await expect(admin()()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(emulator.count("AssumeRole")).toBe(1);
    await expect(admin()()).resolves.toBeDefined();
    expect(prompts()).toBe(2);
  });

  it("never sends a code twice, also when the client's configuration brings retries of its own", async () => {
    const { options, emulator } = await awsWithMfa();
    let retries = 0;
    const token = { getRetryCount: () => retries, getRetryDelay: () => 0 };
    const retryStrategy = {
      acquireInitialRetryToken: async () => token,
      refreshRetryTokenForRetry: async () => {
        retries += 1;
        if (retries > 2) {
          throw new Error("enough");
        }
        return token;
      },
      recordSuccess: () => {},
    };
    emulator.addFault({ operation: "AssumeRole", kind: "error" });
    const admin = fromAssumeRole({ ...options, clientConfig: { retryStrategy } });
    await expect(admin()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("signs with what is good after the prompt, which takes minutes", async () => {
    const { options, emulator, clock, cache } = await awsWithMfa();
    const keys = (await (options.source as CredentialProvider)()) as object as Record<string, string>;
    const lent = vi.fn(async () => ({ ...keys, expiration: new Date(clock.now() + 90_000) }) as never);
    const tokenCode = async (serialNumber: string) => {
      clock.shift(120_000);
      return emulator.mfaCode(serialNumber);
    };
    await fromAssumeRole({ ...options, source: fromProvider(lent, { cache }), tokenCode })();
    expect(lent).toHaveBeenCalledTimes(2);
  });

  it("does not ask for a code when there is nobody to sign", async () => {
    const { options, prompts } = await awsWithMfa();
    const nobody = fromStatic({ ...(await (options.source as CredentialProvider)()), expiration: new Date(0) });
    await expect(fromAssumeRole({ ...options, source: nobody })()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_EXPIRED",
    });
    expect(prompts()).toBe(0);
  });

  it("says that a code was wrong, without the code", async () => {
    const { options } = await awsWithMfa();
    const wrong = fromAssumeRole({ ...options, tokenCode: () => "000000" });
    const error = await wrong().catch((cause: unknown) => cause as Error);
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_DENIED", serviceCode: "AccessDenied" });
    expect(String(error)).not.toContain("000000");
  });

  it.each(["12345", "1234567", "12 456", "abcdef", "", 123456 as unknown as string])(
    "refuses the code %j before the call, and does not print it",
    async (code) => {
      const { options, emulator } = await awsWithMfa();
      const error = await fromAssumeRole({ ...options, tokenCode: () => code })().catch(
        (cause: unknown) => cause as Error,
      );
      expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining("`tokenCode`") });
      expect(code !== "" && String(error).includes(String(code))).toBe(false);
      expect(emulator.count("AssumeRole")).toBe(0);
    },
  );

  it("never sends a code twice, also when the clock was wrong", async () => {
    const { admin, emulator } = await awsWithMfa();
    emulator.clock.advance(20 * 60_000);
    await expect(admin()()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_DENIED" });
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("is not served past the session's end: who was there an hour ago may be gone", async () => {
    const { admin, emulator, clock } = await awsWithMfa();
    const provider = admin();
    await provider();
    clock.shift(61 * 60_000);
    emulator.addFault({ operation: "AssumeRole", kind: "error" });
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
  });

  it("gives a person longer than a service, also behind another role", async () => {
    const { options, clock } = await awsWithMfa();
    const delays: number[] = [];
    const cache = createCredentialCache({
      random: () => 0,
      clock: {
        now: clock.now,
        schedule(callback, delayMs) {
          delays.push(delayMs);
          return clock.schedule(callback, delayMs);
        },
      },
    });
    const admin = fromAssumeRole({ ...options, cache });
    const { endpoint } = options;
    await fromAssumeRole({ roleArn: roleArn("leaf"), source: admin, cache, endpoint })();
    // The load of the role with MFA, and the load of the role over it.
    expect(delays.filter((delayMs) => delayMs === 300_000)).toHaveLength(2);
    expect(delays.filter((delayMs) => delayMs === 30_000)).toHaveLength(0);
  });
});
