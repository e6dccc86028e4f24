import { inspect } from "node:util";
import { createFakeClock } from "@evercred/testing";
import { createCredentialCache, fromProvider, fromStatic } from "evercred";
import { describe, expect, it, vi } from "vitest";

const KEYS = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

function adopt(load: () => Promise<object>) {
  const clock = createFakeClock();
  const cache = createCredentialCache({ clock, random: () => 0 });
  const sdk = vi.fn(load as () => Promise<typeof KEYS>);
  return { clock, cache, sdk, provider: fromProvider(sdk, { cache, name: "adopted" }) };
}

describe("fromProvider", () => {
  it("keeps what the function says: expiration, account and how they were found", async () => {
    const expiration = new Date(Date.UTC(2026, 0, 1, 1));
    const { provider } = adopt(async () => ({
      ...KEYS,
      expiration,
      accountId: "123456789012",
      $source: { CREDENTIALS_PROFILE: "n" },
    }));
    const credentials = await provider();
    expect(credentials).toMatchObject({ ...KEYS, accountId: "123456789012", $source: { CREDENTIALS_PROFILE: "n" } });
    expect(credentials.expiration).toEqual(expiration);
  });

  it("shares one entry wherever the same function is adopted, and none with another", async () => {
    const { provider, cache, sdk } = adopt(async () => KEYS);
    const again = fromProvider(sdk, { cache });
    expect(await again()).toBe(await provider());
    expect(sdk).toHaveBeenCalledTimes(1);
    const other = fromProvider(async () => KEYS, { cache });
    expect(await other()).not.toBe(await provider());
  });

  it("passes on the calling client's configuration, and asks a memoizing function for new credentials when these were rejected", async () => {
    const { provider, sdk } = adopt(async () => KEYS);
    const callerClientConfig = { region: "eu-central-1" };
    await provider({ callerClientConfig });
    expect(sdk).toHaveBeenLastCalledWith({ callerClientConfig, forceRefresh: false });
    provider.invalidate();
    await provider();
    expect(sdk).toHaveBeenLastCalledWith({ callerClientConfig: undefined, forceRefresh: true });
  });

  it("lets a function pass a background refresh on to one of ours, which does not prompt then", async () => {
    const { clock, cache } = adopt(async () => KEYS);
    const expiring = (lifeMs: number) => ({ ...KEYS, expiration: new Date(clock.now() + lifeMs) });
    const prompt = vi.fn(async () => expiring(900_000));
    const person = cache.provider({ name: "person", key: {}, interactive: true, load: prompt });
    const provider = fromProvider(
      async (request) => {
        await person(request);
        return expiring(3_600_000);
      },
      { cache },
    );
    const first = await provider();
    await clock.advance(50 * 60_000);
    expect(await provider()).toBe(first);
    await clock.advance(1);
    expect(prompt).toHaveBeenCalledTimes(1);
    expect(provider.status().refreshing).toBe(false);
  });

  it("does not pass on the response that the SDK hides in an error: it may hold credentials", async () => {
    const cause = Object.assign(new Error("as the SDK says it"), { name: "SyntaxError", $metadata: { attempts: 1 } });
    Object.defineProperty(cause, "$responseBodyText", { value: "<SecretAccessKey>of-a-broken-answer" });
    Object.defineProperty(cause, "$response", { value: { body: "of-a-broken-answer" } });
    const { provider } = adopt(() => Promise.reject(cause));
    const error = await provider().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ cause: { name: "SyntaxError", $metadata: { attempts: 1 }, stack: cause.stack } });
    expect(inspect(error, { showHidden: true, depth: null })).not.toContain("of-a-broken-answer");
  });

  it("refuses options that are no object", () => {
    expect(() => fromProvider(async () => KEYS, null as never)).toThrow(
      expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }),
    );
  });

  it("gives one of ours back as it is", () => {
    const ours = fromStatic(KEYS);
    expect(fromProvider(ours)).toBe(ours);
  });

  it.each([
    [{ name: "CredentialsProviderError", tryNextLink: true }, "ERR_CREDENTIALS_UNAVAILABLE"],
    [{ name: "AccessDenied", $metadata: { httpStatusCode: 403 } }, "ERR_CREDENTIALS_DENIED"],
    [{ name: "ExpiredTokenException", $metadata: { httpStatusCode: 403 } }, "ERR_CREDENTIALS_EXPIRED"],
    [{ name: "Throttling", $metadata: { httpStatusCode: 400 } }, "ERR_CREDENTIALS_TRANSIENT"],
    [{ name: "Error" }, "ERR_CREDENTIALS_TRANSIENT"],
  ])("makes one of the family of %o", async (shape, code) => {
    const cause = Object.assign(new Error("as the SDK says it"), shape);
    const { provider } = adopt(() => Promise.reject(cause));
    await expect(provider()).rejects.toMatchObject({
      code,
      cause,
      message: expect.stringMatching(/^adopted .*as the SDK says it/),
    });
  });
});
