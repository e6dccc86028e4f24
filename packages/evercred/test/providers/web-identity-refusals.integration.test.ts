import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fromWebIdentity, type TokenRequest } from "evercred";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { failureOf } from "../support/outcome.js";
import { awsWithOidc } from "./aws-with-oidc.js";
import { settled } from "./sdk-clients.js";
import { shown, shownProvider } from "./shown.js";

const OPERATION = "AssumeRoleWithWebIdentity";
const MINUTE_MS = 60_000;

function place(): string {
  const directory = mkdtempSync(join(tmpdir(), "evercred-web-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, "token");
}

describe("a token file", () => {
  it("is read again at every load, its trailing newline left out", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const tokenFile = place();
    const provider = fromWebIdentity({ ...web, tokenFile });
    for (const subject of ["one", "two"]) {
      writeFileSync(tokenFile, `${await issuer.token({ subject })}\n`);
      await provider({ forceRefresh: true });
      expect(provider.status().details).toMatchObject({ subjectFromWebIdentityToken: subject });
    }
    expect(emulator.count(OPERATION)).toBe(2);
  });

  it("is one source, however its path is written and how many providers name it", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const tokenFile = place();
    writeFileSync(tokenFile, await issuer.token());
    const paths = [tokenFile, tokenFile, relative(process.cwd(), tokenFile)];
    const sets = await Promise.all(paths.map((path) => fromWebIdentity({ ...web, tokenFile: path })()));
    expect(new Set(sets).size).toBe(1);
    expect(emulator.count(OPERATION)).toBe(1);
  });

  it("that was written anew between two attempts is read for the second", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const tokenFile = place();
    writeFileSync(tokenFile, await issuer.token({ audience: "somebody-else" }));
    const good = await issuer.token({ subject: "fresh" });
    // The condition runs when the first request has come, before it is answered.
    emulator.addFault({
      operation: OPERATION,
      kind: "latency",
      latencyMs: 0,
      when: () => {
        writeFileSync(tokenFile, good);
        return true;
      },
      times: 1,
    });
    const provider = fromWebIdentity({ ...web, tokenFile });
    await provider();
    expect(provider.status().details).toMatchObject({ subjectFromWebIdentityToken: "fresh" });
    expect(emulator.requests.map(({ errorCode }) => errorCode)).toEqual(["InvalidIdentityToken", undefined]);
  });

  it.each([
    ["is missing", undefined, /does not exist/],
    ["is empty", "\n", /is empty/],
    ["is too large", "a".repeat(64 * 1024 + 1), /more than 64 KiB/],
    ["is binary", Buffer.from([0xff, 0xfe, 0x00, 0xd8]), /not written in UTF-8/],
    ["has two lines", "eyJh.eyJz.c2ln\neyJh.eyJz.c2ln", /something else than one token/],
    ["holds no JWT", "not-a-token", /1 part, not 3/],
  ])("that %s is named, and nothing is sent", async (_what, content, reason) => {
    const { emulator, web } = await awsWithOidc();
    const tokenFile = place();
    if (content !== undefined) {
      writeFileSync(tokenFile, content);
    }
    const error = await failureOf(fromWebIdentity({ ...web, tokenFile })());
    expect(error.code).toBe("ERR_CREDENTIALS_CONFIG");
    expect(error.message).toMatch(reason);
    expect(error.message).toContain(tokenFile);
    expect(emulator.count(OPERATION)).toBe(0);
  });
});

describe("a token file with a token that is no good", () => {
  it.each([
    ["unsigned", { sign: "none" as const }, "ERR_CREDENTIALS_CONFIG"],
    ["expired", { expiresInSeconds: -301 }, "ERR_CREDENTIALS_EXPIRED"],
  ])("is named, and nothing is sent: %s", async (_what, options, code) => {
    const { emulator, issuer, web } = await awsWithOidc();
    const tokenFile = place();
    writeFileSync(tokenFile, await issuer.token(options));
    const error = await failureOf(fromWebIdentity({ ...web, tokenFile })());
    expect(error.code).toBe(code);
    expect(error.message).toContain(tokenFile);
    expect(emulator.count(OPERATION)).toBe(0);
  });
});

describe("an expired token", () => {
  it("given as a text is not sent, and the message says what to give instead", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const token = await issuer.token({ expiresInSeconds: -301 });
    const error = await failureOf(fromWebIdentity({ ...web, token })());
    expect(error.code).toBe("ERR_CREDENTIALS_EXPIRED");
    expect(error.message).toMatch(/nothing was sent.*give a function or `tokenFile`/s);
    expect(emulator.count(OPERATION)).toBe(0);
  });

  it("given as a text fails nobody while the session lives, and then everybody", async () => {
    const { clock, issuer, web } = await awsWithOidc();
    const provider = fromWebIdentity({ ...web, token: await issuer.token({ expiresInSeconds: 600 }) });
    const first = await provider();
    clock.shift(46 * MINUTE_MS);
    expect(await provider()).toBe(first);
    await settled(provider);
    expect(await provider()).toBe(first);
    expect(provider.status().lastError?.code).toBe("ERR_CREDENTIALS_EXPIRED");
    clock.shift(20 * MINUTE_MS);
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_EXPIRED" });
  });

  it("is renewed once after STS said so", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    // To STS, which is ahead, it has expired; here it is within what clocks may differ.
    emulator.clock.advance(200_000);
    const lives = [-200, 3600];
    const token = vi.fn(() => issuer.token({ expiresInSeconds: lives.shift() ?? 3600 }));
    await fromWebIdentity({ ...web, token })();
    expect(token).toHaveBeenCalledTimes(2);
    expect(emulator.requests.map(({ errorCode }) => errorCode)).toEqual(["ExpiredTokenException", undefined]);
  });

  it("is asked for as one that must not come out of a cache of the function's own", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    emulator.clock.advance(200_000);
    const token = vi.fn(({ renew }: TokenRequest) => issuer.token({ expiresInSeconds: renew ? 3600 : -200 }));
    await expect(fromWebIdentity({ ...web, token })()).resolves.toBeDefined();
    expect(token.mock.calls.map(([{ renew }]) => renew)).toEqual([false, true]);
  });

  it("that was renewed in vain ends in an error that says who has to issue another", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    emulator.clock.advance(200_000);
    const token = vi.fn(function fromTheVault() {
      return issuer.token({ expiresInSeconds: -200 });
    });
    const error = await failureOf(fromWebIdentity({ ...web, token })());
    expect(error.code).toBe("ERR_CREDENTIALS_EXPIRED");
    expect(error.message).toContain("issues new ones");
    expect(token).toHaveBeenCalledTimes(2);
    expect(emulator.count(OPERATION)).toBe(2);
  });

  it("given as a text is not sent a second time after STS said so", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    emulator.clock.advance(200_000);
    const error = await failureOf(fromWebIdentity({ ...web, token: await issuer.token({ expiresInSeconds: -200 }) })());
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_EXPIRED",
      message: expect.stringContaining("cannot be renewed"),
    });
    expect(emulator.count(OPERATION)).toBe(1);
  });
});

describe("a token that STS does not take", () => {
  it("is read anew for each of three attempts, and then the refusal is told", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const token = vi.fn(() => issuer.token({ audience: "somebody-else" }));
    const error = await failureOf(fromWebIdentity({ ...web, token })());
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: "InvalidIdentityToken",
      operation: OPERATION,
      requestId: expect.any(String),
    });
    expect(error.message).toMatch(/Incorrect token audience.*its audience/s);
    expect(token).toHaveBeenCalledTimes(3);
    expect(emulator.count(OPERATION)).toBe(3);
  });

  it("is taken at the third attempt, when the issuer's new key has come about", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const token = vi.fn(async () => issuer.token({ sign: token.mock.calls.length < 3 ? "wrong-key" : "valid" }));
    await fromWebIdentity({ ...web, token })();
    expect(emulator.requests.map(({ errorCode }) => errorCode)).toEqual([
      "InvalidIdentityToken",
      "InvalidIdentityToken",
      undefined,
    ]);
  });

  it("because the issuer does not answer is sent again, and taken when it does", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    issuer.setOutage("error");
    const token = vi.fn(() => {
      if (token.mock.calls.length > 1) {
        issuer.setOutage(undefined);
      }
      return issuer.token();
    });
    await fromWebIdentity({ ...web, token })();
    expect(emulator.requests.map(({ errorCode }) => errorCode)).toEqual(["IDPCommunicationError", undefined]);
  });

  it("as long as the issuer does not answer is a failure that passes", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    issuer.setOutage("reset");
    const provider = fromWebIdentity({ ...web, token: () => issuer.token() });
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(emulator.count(OPERATION)).toBe(3);
    issuer.setOutage(undefined);
    await expect(provider()).resolves.toBeDefined();
  });

  it("by the role's trust policy is refused at once", async () => {
    const { emulator, issuer, web } = await awsWithOidc({ subject: "repo:octo/app" });
    const token = vi.fn(() => issuer.token({ subject: "repo:octo/other" }));
    const error = await failureOf(fromWebIdentity({ ...web, token })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_DENIED", serviceCode: "AccessDenied" });
    expect(emulator.count(OPERATION)).toBe(1);
  });
});

describe("what is no token", () => {
  it.each([
    ["truncated", (jwt: string) => jwt.split(".").slice(0, 2).join("."), /2 parts, not 3.*cut off/s],
    ["opaque", () => "Atza|IQEBLjAsAhRFiXuWpUXuRvQ9PZL3GMFcYevydwIUFAHZwXZX", /1 part, not 3/],
    ["oversized", () => `${"a".repeat(20_001 - 4)}.b.c`, /4 to 20000 characters; got 20001/],
    ["too short", () => "abc", /4 to 20000 characters; got 3/],
    ["a number", () => 42 as unknown as string, /must answer a string; got a value of type number/],
    ["nothing", () => undefined as unknown as string, /must answer a string; got undefined/],
  ])("is refused before it is sent: %s", async (_what, spoil, reason) => {
    const { emulator, issuer, web } = await awsWithOidc();
    const jwt = await issuer.token();
    const error = await failureOf(fromWebIdentity({ ...web, token: () => spoil(jwt) })());
    expect(error.code).toBe("ERR_CREDENTIALS_CONFIG");
    expect(error.message).toMatch(reason);
    expect(emulator.count(OPERATION)).toBe(0);
  });

  it("is refused before it is sent: unsigned", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const error = await failureOf(fromWebIdentity({ ...web, token: () => issuer.token({ sign: "none" }) })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining("not signed") });
    expect(emulator.count(OPERATION)).toBe(0);
  });

  it("is told from an access token of a provider that is named, which is sent as it is", async () => {
    const { emulator, web } = await awsWithOidc();
    const token = "Atza|IQEBLjAsAhRFiXuWpUXuRvQ9PZL3GMFcYevydwIUFAHZwXZX";
    const error = await failureOf(fromWebIdentity({ ...web, token, providerId: "www.amazon.com" })());
    // The emulator stands in for nobody who could verify it.
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_DENIED", serviceCode: "InvalidIdentityToken" });
    expect(emulator.requests[0]?.parameters).toMatchObject({ ProviderId: "www.amazon.com" });
    expect(shown(error)).not.toContain(token);
  });

  it("that the function throws is told with its cause, and a later call asks again", async () => {
    const { issuer, web } = await awsWithOidc();
    const token = vi.fn(() => issuer.token());
    token.mockRejectedValueOnce(new Error("the vault is sealed"));
    const provider = fromWebIdentity({ ...web, token });
    const error = await failureOf(provider());
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringContaining("the vault is sealed"),
    });
    await expect(provider()).resolves.toBeDefined();
  });
});

describe("the token", () => {
  it.each(["ValidationError", "InvalidIdentityToken", "AccessDenied", "ExpiredTokenException", "InternalFailure"])(
    "shows nowhere, also when STS quotes it with %s",
    async (code) => {
      const { emulator, issuer, web } = await awsWithOidc();
      const token = await issuer.token();
      emulator.addFault({
        operation: OPERATION,
        kind: "refuse",
        status: code === "InternalFailure" ? 500 : 400,
        code,
        message: `Value '${token}' at 'webIdentityToken' is wrong`,
      });
      const provider = fromWebIdentity({ ...web, token });
      const error = await failureOf(provider());
      const [, payload = "", signature = ""] = token.split(".");
      const everything = `${shown(error)}\n${shownProvider(provider)}`;
      expect(everything).toContain("***");
      for (const part of [token, payload, signature]) {
        expect(everything.includes(part), "the token shows").toBe(false);
      }
    },
  );

  it("shows in no error of ours about its form", async () => {
    const { issuer, web } = await awsWithOidc();
    const jwt = await issuer.token();
    for (const token of [`${jwt}.more`, `${jwt} `.repeat(2), `"${jwt}`]) {
      const error = await failureOf(fromWebIdentity({ ...web, token: () => token })());
      expect(shown(error).includes(jwt), "the token shows").toBe(false);
    }
  });
});
