import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { startOidcIssuer } from "@evercred/testing";
import { fromAssumeRole, fromMfaSession, fromProvider, fromWebIdentity } from "evercred";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";
import { randomSecret } from "../support/random-credentials.js";
import { arrivals, ended, FIRST, MFA_DEVICE, regionalAws, SECOND } from "./regional-aws.js";

async function awsWithTokens() {
  const aws = await regionalAws();
  const issuer = await startOidcIssuer({ clock: aws.clock, algorithm: "ES256" });
  onTestFinished(() => issuer.close());
  const { arn } = aws.emulator.addOidcProvider({ issuer: issuer.issuer, clientIds: ["sts.amazonaws.com"] });
  aws.emulator.addRole({ roleName: "web", trust: { federated: [arn] } });
  const given: string[] = [];
  const token = async (): Promise<string> => {
    given.push(await issuer.token({ subject: `attempt-${given.length + 1}` }));
    return given.at(-1) ?? "";
  };
  const { cache, stsRegions } = aws;
  return { ...aws, issuer, given, web: { roleArn: roleArn("web"), cache, stsRegions, token } };
}

describe("the token of an unsigned call", () => {
  it("is made anew for every attempt, and for every region", async () => {
    const { emulator, clock, given, web, arrived } = await awsWithTokens();
    emulator.addFault({ kind: "error", region: FIRST });
    emulator.addFault({ kind: "error", region: SECOND, times: 1 });
    const provider = fromWebIdentity(web);
    await ended(provider(), clock);
    expect(arrived()).toEqual({ first: 2, second: 2 });
    expect(given).toHaveLength(4);
    expect(provider.status().details).toMatchObject({ subjectFromWebIdentityToken: "attempt-4" });
  });

  it("is made anew once when STS calls it expired, within one attempt", async () => {
    const { emulator, given, web } = await awsWithTokens();
    emulator.addFault({ kind: "refuse", status: 400, code: "ExpiredTokenException", times: 1 });
    await fromWebIdentity(web)();
    expect(given).toHaveLength(2);
    expect(emulator.count("AssumeRoleWithWebIdentity")).toBe(2);
  });

  it("is expired for good when the new one is as well", async () => {
    const { emulator, clock, given, web } = await awsWithTokens();
    emulator.addFault({ kind: "refuse", status: 400, code: "ExpiredTokenException" });
    expect(await ended(fromWebIdentity(web)(), clock)).toMatchObject({ code: "ERR_CREDENTIALS_EXPIRED" });
    expect(given).toHaveLength(2);
  });

  it("is tried three times when its keys may be too new, each time another", async () => {
    const { emulator, clock, given, web } = await awsWithTokens();
    emulator.addFault({ kind: "refuse", status: 400, code: "InvalidIdentityToken", times: 2 });
    await ended(fromWebIdentity(web)(), clock);
    expect(given).toHaveLength(3);
  });

  it("of a file that is gone by the second attempt ends the load with the file's error", async () => {
    const { emulator, clock, issuer, web } = await awsWithTokens();
    const folder = await mkdtemp(join(tmpdir(), "evercred-token-"));
    const tokenFile = join(folder, "token");
    await writeFile(tokenFile, `${await issuer.token()}\n`);
    const { token: _unused, ...rest } = web;
    const came = arrivals(clock);
    emulator.addFault({ kind: "silence", when: came.note });
    const call = fromWebIdentity({ ...rest, tokenFile })();
    const failed = call.catch((error: unknown) => error);
    await came.reached(1);
    await rm(folder, { recursive: true });
    await clock.advance(8_000);
    expect(await failed).toMatchObject({ message: expect.stringContaining(tokenFile) });
    expect(emulator.count("AssumeRoleWithWebIdentity")).toBe(1);
  });

  it("does not show in a message, whichever of its makings the service quotes", async () => {
    const { emulator, clock, given, web } = await awsWithTokens();
    emulator.addFault({ kind: "error", times: 2 });
    for (const which of [0, 1, 2]) {
      given.splice(0);
      // Only when the third attempt is under way are all tokens known: a server between may quote any of them.
      const stand = {
        get message() {
          return `Value '${given[which]}' failed to satisfy constraint`;
        },
      };
      emulator.clearFaults();
      emulator.addFault({ kind: "error", times: 2 });
      emulator.addFault({
        kind: "refuse",
        status: 400,
        code: "ValidationError",
        get message() {
          return stand.message;
        },
      });
      const error = await ended(fromWebIdentity({ ...web, roleSessionName: `quoted-${which}` })(), clock);
      const shown = inspect(error, { depth: null, showHidden: true });
      expect(given).toHaveLength(3);
      expect(shown).toContain("Value '***' failed");
      for (const token of given) {
        expect(shown).not.toContain(token);
      }
    }
  });
});

describe("an input that works once", () => {
  it("is not sent again with the renewed credentials of a signer that STS calls expired", async () => {
    const { emulator, clock, cache, stsRegions } = await regionalAws();
    const keys = ["first", "second"].map((userName) => emulator.addUser({ userName }).credentials);
    const [first = { accessKeyId: "", secretAccessKey: "" }, second = first] = keys;
    const lend = vi.fn(async (request?: { forceRefresh?: boolean }) => (request?.forceRefresh ? second : first));
    const asked: string[] = [];
    const tokenCode = (serialNumber: string): string => {
      asked.push(serialNumber);
      return emulator.mfaCode(serialNumber);
    };
    emulator.addFault({ kind: "refuse", status: 403, code: "ExpiredTokenException", times: 1 });
    const source = fromProvider(lend, { cache });
    const provider = fromMfaSession({ source, cache, stsRegions, serialNumber: MFA_DEVICE, tokenCode });
    expect(await ended(provider(), clock)).toMatchObject({ code: "ERR_CREDENTIALS_EXPIRED" });
    expect(asked).toEqual([MFA_DEVICE]);
    expect(emulator.requests.map(({ accessKeyId }) => accessKeyId)).toEqual([first.accessKeyId]);
    expect(lend).toHaveBeenCalledTimes(2);
  });
});

describe("a signer that is renewed in mid-call", () => {
  it("does not show in a message, neither the old credentials nor the new", async () => {
    const { emulator, user, cache, at } = await emulatedAws({ roles: [{ roleName: "base" }, { roleName: "leaf" }] });
    const base = fromAssumeRole({ ...at, roleArn: roleArn("base"), source: user });
    const sets = [await base(), await base({ forceRefresh: true })];
    const secrets = sets.flatMap(({ secretAccessKey, sessionToken = "" }) => [secretAccessKey, sessionToken]);
    const lend = async () => sets.shift() ?? Promise.reject(new Error("nobody else signs"));
    const source = fromProvider(lend, { cache });
    const quoted = `${secrets.join(" and ")} and ${randomSecret()}`;
    emulator.addFault({
      operation: "AssumeRole",
      kind: "refuse",
      status: 403,
      code: "ExpiredTokenException",
      times: 1,
    });
    emulator.addFault({
      operation: "AssumeRole",
      kind: "refuse",
      status: 400,
      code: "ValidationError",
      message: quoted,
    });
    const error = await fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source })().catch((cause: unknown) => cause);
    const shown = inspect(error, { depth: null, showHidden: true });
    expect(shown).toContain("*** and *** and *** and *** and ");
    for (const secret of secrets) {
      expect(shown).not.toContain(secret);
    }
  });
});
