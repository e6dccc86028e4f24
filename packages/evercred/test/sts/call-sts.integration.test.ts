import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { createFakeClock } from "@evercred/testing";
import { type CredentialRequest, createCredentialCache, fromAssumeRole, fromStatic } from "evercred";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";

const ROLES = [{ roleName: "reader" }];

async function reader(options: object = {}) {
  const aws = await emulatedAws({ roles: ROLES });
  const provider = fromAssumeRole({ ...aws.at, roleArn: roleArn("reader"), source: aws.user, ...options });
  return { ...aws, provider };
}

describe("retries", () => {
  it.each(["error", "throttle", "reset"] as const)("outlive two answers of %s within one load", async (kind) => {
    const { emulator, provider, cache } = await reader();
    emulator.addFault({ operation: "AssumeRole", kind, times: 2 });
    await expect(provider()).resolves.toBeDefined();
    expect(emulator.count("AssumeRole")).toBe(3);
    expect(cache.stats()).toMatchObject({ refreshes: 1, failures: 0 });
  });

  it("end after the third attempt, and the SDK adds none of its own", async () => {
    const { emulator, provider } = await reader();
    emulator.addFault({ operation: "AssumeRole", kind: "error" });
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringMatching(/STS AssumeRole for \S+ \(.*\) failed with InternalFailure: .*after 3 attempts/),
    });
    expect(emulator.count("AssumeRole")).toBe(3);
  });

  it("are not spent on a refusal", async () => {
    const { emulator, provider } = await reader();
    emulator.addFault({ operation: "AssumeRole", kind: "access-denied" });
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: "AccessDenied",
      operation: "AssumeRole",
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("are not spent on a request that is wrong", async () => {
    const { emulator, provider } = await reader();
    emulator.addFault({
      kind: "refuse",
      status: 400,
      code: "MalformedPolicyDocument",
      message: "Syntax errors in policy.",
    });
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("pause with full jitter, longer when STS throttles", async () => {
    const { emulator, at, user, clock } = await reader();
    const pauses: number[] = [];
    const cache = createCredentialCache({
      random: () => 0.5,
      clock: {
        now: clock.now,
        schedule(callback, delayMs) {
          if (delayMs < 8_000) {
            pauses.push(delayMs);
            return clock.schedule(callback, 0);
          }
          return clock.schedule(callback, delayMs);
        },
      },
    });
    emulator.addFault({ operation: "AssumeRole", kind: "error", times: 2 });
    const provider = fromAssumeRole({ ...at, cache, roleArn: roleArn("reader"), source: user });
    await provider();
    emulator.addFault({ operation: "AssumeRole", kind: "throttle", times: 1 });
    await provider({ forceRefresh: true });
    expect(pauses).toEqual([100, 200, 500]);
  });
});

describe("timeouts", () => {
  it("end a call of a silent STS, and the next call works", async () => {
    const clock = createFakeClock();
    const { emulator, user, at } = await emulatedAws({ roles: ROLES, clock });
    const cache = createCredentialCache({ clock, random: () => 0 });
    const provider = fromAssumeRole({ ...at, cache, roleArn: roleArn("reader"), source: user });
    const arrivals = arrivalsOf();
    const lift = emulator.addFault({ operation: "AssumeRole", kind: "silence", when: arrivals.note });
    const call = provider().catch((error: unknown) => error);
    for (const attempt of [1, 2, 3]) {
      // Lets the pause before the attempt pass.
      await arrivals.reached(attempt, () => clock.advance(0));
      await clock.advance(8_000);
    }
    expect(await call).toMatchObject({
      code: "ERR_CREDENTIALS_TIMEOUT",
      message: expect.stringContaining("did not answer in time after 3 attempts"),
    });
    expect(clock.pending).toBe(0);
    lift();
    await expect(provider()).resolves.toBeDefined();
  });
});

describe("a wrong clock", () => {
  it.each([-20, 20])("of %i minutes costs one request, and is known from then on", async (minutes) => {
    const { emulator, provider, clock } = await reader();
    emulator.clock.advance(minutes * 60_000);
    const first = await provider();
    expect(emulator.requests.map(({ status }) => status)).toEqual([403, 200]);
    await provider({ forceRefresh: true });
    expect(emulator.count("AssumeRole")).toBe(3);
    // Deadlines go by the service's clock: an hour of its time is left.
    const remainingMs = provider.status().remainingMs ?? 0;
    expect(Math.abs(remainingMs - 3_600_000)).toBeLessThan(5_000);
    const expiration = first.expiration?.getTime() ?? 0;
    expect(Math.abs(expiration - clock.now() - 3_600_000 - minutes * 60_000)).toBeLessThan(5_000);
  });
});

describe("a wrong clock and an expired signer at once", () => {
  it("are both mended within one load", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "base" }, { roleName: "leaf" }] });
    const base = fromAssumeRole({ ...at, roleArn: roleArn("base"), source: user });
    const { accessKeyId } = await base();
    emulator.expireSession(accessKeyId);
    emulator.clock.advance(20 * 60_000);
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source: base });
    await expect(leaf()).resolves.toBeDefined();
    // Base; the leaf refused for the clock, and for its signer; base renewed; the leaf.
    expect(emulator.requests.map(({ status }) => status)).toEqual([200, 403, 403, 200, 200]);
  });
});

describe("a connection that is refused", () => {
  it("is transient, and the message says where to look", async () => {
    const { emulator, provider } = await reader();
    await emulator.close();
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringMatching(/ECONNREFUSED.*after 3 attempts.*AWS_ENDPOINT_URL/),
    });
  });
});

describe("the region", () => {
  const calling = (region: unknown) => ({ callerClientConfig: { region } });

  it.each([
    { title: "is the option's", options: { region: "eu-west-1" }, request: calling("ap-south-1"), region: "eu-west-1" },
    {
      title: "is the client configuration's",
      options: { clientConfig: { region: "eu-west-3" } },
      request: calling("ap-south-1"),
      region: "eu-west-3",
    },
    { title: "is the calling client's", request: calling("ap-south-1"), region: "ap-south-1" },
    { title: "is what the calling client resolves", request: calling(async () => "sa-east-1"), region: "sa-east-1" },
    { title: "is the partition's first", request: {}, region: "us-east-1" },
    { title: "stays in the role's partition", request: calling("cn-north-1"), region: "us-east-1" },
  ])("$title", async ({ options, request, region }) => {
    const { emulator, provider } = await reader(options);
    await provider(request as CredentialRequest);
    expect(emulator.requests[0]?.region).toBe(region);
  });

  it("does not decide who shares an entry", async () => {
    const { emulator, provider } = await reader();
    await provider({ callerClientConfig: { region: "eu-west-1" } });
    await provider({ callerClientConfig: { region: "eu-central-1" } });
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("of the client configuration is refused in another partition than the role", async () => {
    const { provider } = await reader({ clientConfig: { region: "cn-north-1" } });
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(/`clientConfig.region` cn-north-1/),
    });
  });
});

describe("an endpoint of the environment", () => {
  it.each(["junk", "localhost:4566", "http://user:secret@127.0.0.1:1"])(
    "that is %s is refused by its name",
    async (url) => {
      vi.stubEnv("AWS_ENDPOINT_URL", url);
      onTestFinished(() => void vi.unstubAllEnvs());
      const { provider } = await reader({ endpoint: undefined });
      const error = await provider().catch((cause: unknown) => cause as Error);
      expect(error).toMatchObject({
        code: "ERR_CREDENTIALS_CONFIG",
        message: expect.stringMatching(/`AWS_ENDPOINT_URL` must/),
      });
      expect(String(error)).not.toContain("secret");
    },
  );

  it("is named in the message of a call that fails there", async () => {
    const { emulator, provider } = await reader({ endpoint: undefined });
    vi.stubEnv("AWS_ENDPOINT_URL_STS", emulator.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    emulator.addFault({ operation: "AssumeRole", kind: "access-denied" });
    await expect(provider()).rejects.toMatchObject({ message: expect.stringContaining(`(${emulator.url})`) });
  });
});

describe("a server that is not STS", () => {
  it.each([
    [200, "ERR_CREDENTIALS_TRANSIENT"],
    [403, "ERR_CREDENTIALS_CONFIG"],
    [404, "ERR_CREDENTIALS_CONFIG"],
    [407, "ERR_CREDENTIALS_CONFIG"],
  ])("and answers %i with a page is said to be none", async (status, code) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { "content-type": "text/html" }).end("<html><body>Sign in</body></html>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { provider } = await reader({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    await expect(provider()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/`endpoint`, AWS_ENDPOINT_URL/),
    });
  });
});

describe("secrets", () => {
  it("do not reach a logger of the client's configuration", async () => {
    const lines: unknown[] = [];
    const log = (...parts: unknown[]): void => void lines.push(...parts);
    const logger = { trace: log, debug: log, info: log, warn: log, error: log };
    const { provider } = await reader({ clientConfig: { logger }, externalId: "123ABC" });
    await provider();
    expect(lines).toEqual([]);
  });

  it("do not show in an error, whatever STS quotes and whatever the SDK carries", async () => {
    const { emulator, provider, user } = await reader({ externalId: "tenant-7-external" });
    const { secretAccessKey } = await user();
    emulator.addFault({
      kind: "refuse",
      status: 400,
      code: "ValidationError",
      message: "Value 'tenant-7-external' at 'externalId' failed to satisfy constraint",
    });
    const error = await provider().catch((cause: unknown) => cause);
    const shown = inspect(error, { depth: null, showHidden: true });
    expect(shown).toContain("ERR_CREDENTIALS_CONFIG");
    expect(shown).toContain("Value '***' at 'externalId'");
    expect(shown).not.toContain("tenant-7-external");
    expect(shown).not.toContain(secretAccessKey);
  });
});

describe("secrets that STS quotes", () => {
  it("do not show: the signer's session token, with a shorter secret inside", async () => {
    const { emulator, user, at, provider } = await reader();
    const session = await fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: user, externalId: "base" })();
    const { sessionToken = "" } = session;
    // STS says so of a wrong signature, with all signed headers.
    const message = `The Canonical String for this request should have been 'POST x-amz-security-token:${sessionToken}'`;
    emulator.addFault({ kind: "refuse", status: 403, code: "SignatureDoesNotMatch", message });
    const within = /[A-Z\d]{2}/.exec(sessionToken.slice(20))?.[0] ?? "";
    for (const externalId of [undefined, within]) {
      const leaf = fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: fromStatic(session), externalId });
      const shown = inspect(await leaf().catch((cause: unknown) => cause), { depth: null, showHidden: true });
      expect(shown).toContain("ERR_CREDENTIALS_DENIED");
      expect(shown).toContain("x-amz-security-token:***'");
    }
    expect(provider.name).not.toContain(sessionToken);
  });

  it("do not show: what a context provider asserts", async () => {
    const contextAssertion = "an.assertion.of.somebody";
    const providerArn = "arn:aws:iam::aws:contextProvider/IdentityCenter";
    const { emulator, provider } = await reader({ providedContexts: [{ providerArn, contextAssertion }] });
    const message = `Value '${contextAssertion}' failed to satisfy constraint`;
    emulator.addFault({ kind: "refuse", status: 400, code: "ValidationError", message });
    const shown = inspect(await provider().catch((cause: unknown) => cause), { depth: null, showHidden: true });
    expect(shown).toContain("Value '***' failed");
    expect(shown).not.toContain(contextAssertion);
  });
});

describe("an environment that changes", () => {
  it("takes another client where the SDK would read other settings", async () => {
    const hosts = new Set<string>();
    const requestHandler = {
      handle: async (request: { readonly hostname: string }) => {
        hosts.add(request.hostname);
        throw Object.assign(new Error("nobody there"), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
      },
    };
    const { user, cache } = await emulatedAws();
    const call = () => {
      const clientConfig = { requestHandler: requestHandler as never };
      return fromAssumeRole({ cache, roleArn: roleArn("reader"), source: user, region: "us-east-1", clientConfig })({
        forceRefresh: true,
      }).catch(() => {});
    };
    vi.stubEnv("AWS_ENDPOINT_URL", undefined);
    await call();
    vi.stubEnv("AWS_USE_FIPS_ENDPOINT", "true");
    await call();
    vi.unstubAllEnvs();
    expect([...hosts]).toEqual(["sts.us-east-1.amazonaws.com", "sts-fips.us-east-1.amazonaws.com"]);
  });

  it("says which settings exclude each other", async () => {
    const { provider } = await reader({ clientConfig: { useFipsEndpoint: true } });
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(/FIPS and custom endpoint.*AWS_USE_FIPS_ENDPOINT/),
    });
  });
});

describe("signers", () => {
  it("sign their own calls only, also when many are under way through one client", async () => {
    const { emulator, at } = await emulatedAws({ roles: ROLES });
    const users = Array.from({ length: 8 }, (_, index) => emulator.addUser({ userName: `user-${index}` }));
    await Promise.all(
      users.map(({ credentials }) =>
        fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: fromStatic(credentials) })(),
      ),
    );
    const principals = emulator.requests.map(({ principal, status }) => [principal, status]);
    expect(principals.sort()).toEqual(users.map(({ arn }) => [arn, 200]).sort());
  });
});

/** Counts what arrives, and turns until the n-th has. */
function arrivalsOf() {
  let count = 0;
  return {
    note: (): boolean => {
      count += 1;
      return true;
    },
    reached: async (expected: number, turn: () => Promise<void>): Promise<void> => {
      while (count < expected) {
        await turn();
      }
    },
  };
}
