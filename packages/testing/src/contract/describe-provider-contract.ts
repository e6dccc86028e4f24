import { inspect } from "node:util";
import type { CredentialProvider } from "evercred";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ContractOptions, ProviderHarness } from "./provider-harness.js";

type Make = () => ProviderHarness | Promise<ProviderHarness>;
type Open = () => Promise<ProviderHarness>;

/**
 * The suite every credential provider keeps, ours and yours: call it at the top of a vitest file.
 *
 * @param make - Makes the provider anew for each test, with a cache of its own.
 * @public
 */
export function describeProviderContract(make: Make, options: ContractOptions = {}): void {
  const open: Open = async () => {
    const harness = await make();
    onTestFinished(async () => {
      await harness.close?.();
    });
    return harness;
  };
  describe(options.title ?? "provider contract", () => {
    describeShape(open);
    describeServing(open);
    describeRequests(open);
    describeFailures(open);
    describeSecrets(open);
  });
}

function describeShape(open: Open): void {
  it("is a function that SDK clients do not memoize again, and that nobody can change", async () => {
    const { provider } = await open();
    expect(provider.memoized).toBe(true);
    expect(provider.name).not.toBe("");
    expect(Object.isFrozen(provider)).toBe(true);
  });

  it("answers one frozen set with the fields of the SDK's identity", async () => {
    const { provider } = await open();
    const credentials = await provider();
    expect(Object.isFrozen(credentials)).toBe(true);
    expect(credentials.accessKeyId).toMatch(/^\w{16,128}$/);
    expect(credentials.secretAccessKey).not.toBe("");
    expect(["string", "undefined"]).toContain(typeof credentials.sessionToken);
    expect(credentials.expiration === undefined || credentials.expiration instanceof Date).toBe(true);
    expect((credentials as { $source?: object }).$source).toBeTypeOf("object");
  });
}

function describeServing(open: Open): void {
  it("gives everybody the same object while nothing has changed", async () => {
    const { provider } = await open();
    const first = await provider();
    expect(await provider()).toBe(first);
    expect(await provider({ callerClientConfig: { region: "eu-central-1" } })).toBe(first);
  });

  it("asks its source once, however many callers are waiting", async () => {
    const { provider, loads } = await open();
    const sets = await Promise.all(Array.from({ length: 25 }, () => provider()));
    expect(new Set(sets).size).toBe(1);
    expect(loads?.() ?? 1).toBe(1);
  });

  it("tells in its status what it has, without asking its source", async () => {
    const { provider, loads } = await open();
    const before = loads?.();
    expect(["empty", "valid"]).toContain(provider.status().phase);
    expect(loads?.()).toBe(before);
    const { accessKeyId } = await provider();
    expect(provider.status()).toMatchObject({ accessKeyId, refreshing: false });
    expect(provider.status().origin.length).toBeGreaterThan(0);
  });

  it("keeps its credentials when another set was rejected", async () => {
    const { provider } = await open();
    const first = await provider();
    provider.invalidate({ accessKeyId: "AKIAI44QH8DHBEXAMPLE" });
    expect(await provider()).toBe(first);
  });

  it("asks its source again when its own set was rejected", async () => {
    const { provider, loads } = await open();
    const { accessKeyId } = await provider();
    provider.invalidate({ accessKeyId });
    await provider();
    expect(loads?.() ?? 2).toBe(2);
  });

  it("asks its source again when a caller forces it", async () => {
    const { provider, loads } = await open();
    await provider();
    await provider({ forceRefresh: true });
    expect(loads?.() ?? 2).toBe(2);
  });
}

function describeRequests(open: Open): void {
  it("rejects with the reason of a signal that is aborted, and answers the next caller", async () => {
    const { provider } = await open();
    const reason = new Error("the caller left");
    await expect(provider({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(provider()).resolves.toBeDefined();
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, "60" as unknown as number])(
    "refuses minRemainingMs %s and names it",
    async (minRemainingMs) => {
      const { provider } = await open();
      await expect(provider({ minRemainingMs })).rejects.toMatchObject({
        code: "ERR_CREDENTIALS_CONFIG",
        message: expect.stringContaining("minRemainingMs"),
      });
    },
  );

  it("says so when no set can live as long as is asked for", async () => {
    const { provider } = await open();
    const { expiration } = await provider();
    const asked = provider({ minRemainingMs: 10 * 365 * 24 * 3_600_000 });
    if (expiration === undefined) {
      await expect(asked).resolves.toBeDefined();
    } else {
      await expect(asked).rejects.toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
      await expect(provider()).resolves.toBeDefined();
    }
  });
}

function describeFailures(open: Open): void {
  it("fails with an error of the family while its source fails, and works once the source does", async () => {
    const { provider, breakSource, mendSource } = await open();
    if (breakSource === undefined || mendSource === undefined) {
      // Nothing can break: the provider holds what it answers.
      await expect(provider()).resolves.toBeDefined();
      return;
    }
    breakSource();
    const failure = await provider().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as { code?: string }).code).toMatch(/^ERR_CREDENTIALS_/);
    mendSource();
    await expect(provider()).resolves.toBeDefined();
  });
}

function describeSecrets(open: Open): void {
  it("shows no secret when it is printed, serialized, or asked for its status", async () => {
    const harness = await open();
    const { provider } = harness;
    const { secretAccessKey, sessionToken } = await provider();
    const secrets = [secretAccessKey, sessionToken, ...(harness.secrets ?? [])].filter(
      (secret) => secret !== undefined,
    );
    const shown = show(provider);
    for (const secret of secrets) {
      expect(shown.includes(secret), "a secret shows").toBe(false);
    }
  });

  it("shows no secret in the error of a source that fails", async () => {
    const { provider, breakSource, secrets = [] } = await open();
    breakSource?.();
    const failure = await provider().catch((error: unknown) => error);
    const shown = failure instanceof Error ? inspect(failure, { depth: null, showHidden: true }) : "";
    for (const secret of secrets) {
      expect(shown.includes(secret), "a secret shows").toBe(false);
    }
  });
}

function show(provider: CredentialProvider): string {
  return [
    inspect(provider, { depth: null, showHidden: true }),
    JSON.stringify(provider) ?? "",
    JSON.stringify(provider.status()),
    inspect(provider.status(), { depth: null }),
    provider.name,
    String(provider),
  ].join("\n");
}
