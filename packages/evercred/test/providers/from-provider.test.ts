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
