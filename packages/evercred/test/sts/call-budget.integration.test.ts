import { fromAssumeRole, fromStatic } from "evercred";
import { describe, expect, it } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";
import { ended, FIRST, regionalAws, SECOND, turn } from "./regional-aws.js";

describe("callsPerSecond", () => {
  it("lets thirty roles at once all succeed, one after the other", async () => {
    const { emulator, clock, reader } = await regionalAws();
    const calls = Array.from({ length: 30 }, (_, tenant) =>
      reader({ externalId: `tenant-${tenant}`, callsPerSecond: 100 })(),
    );
    for (let arrived = 1; arrived <= 30; arrived += 1) {
      await turn(clock, () => emulator.count("AssumeRole") >= arrived);
      await clock.advance(10);
    }
    await expect(Promise.all(calls)).resolves.toHaveLength(30);
    const [first = 0, ...others] = emulator.requests.map(({ at }) => at);
    expect(others.map((at) => at - first)).toEqual(others.map((_, index) => (index + 1) * 10));
  });

  it("counts each region for itself", async () => {
    const { clock, reader, stsRegions, arrived } = await regionalAws();
    const [first, second] = stsRegions;
    const slow = { callsPerSecond: 0.01 };
    const calls = [reader({ ...slow, stsRegions: [first] })(), reader({ ...slow, stsRegions: [second] })()];
    expect(await ended(Promise.all(calls), clock)).toHaveLength(2);
    expect(arrived()).toEqual({ first: 1, second: 1 });
  });

  it("counts each account for itself, where the signer tells it", async () => {
    const { emulator, clock, cache } = await regionalAws();
    const accounts = ["111122223333", "444455556666"];
    const calls = accounts.map((accountId) => {
      const { credentials } = emulator.addUser({ userName: "demo", accountId });
      const { arn } = emulator.addRole({ roleName: "reader", accountId });
      const source = fromStatic({ ...credentials, accountId });
      return fromAssumeRole({ roleArn: arn, source, cache, endpoint: emulator.url, callsPerSecond: 0.01 })();
    });
    const sets = await ended(Promise.all(calls), clock);
    expect(sets).toMatchObject(accounts.map((accountId) => ({ accountId })));
  });

  it("fails a call that would get its turn after the load's deadline, at once and without a request", async () => {
    const { emulator, clock, reader } = await regionalAws();
    const options = { callsPerSecond: 0.01 };
    await reader({ ...options, externalId: "first" })();
    expect(await ended(reader({ ...options, externalId: "second" })(), clock)).toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringContaining("`callsPerSecond` 0.01 left no turn"),
    });
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("serves the old set while a refresh has no turn", async () => {
    const { emulator, clock, reader } = await regionalAws();
    const provider = reader({ callsPerSecond: 0.01, externalId: "served" });
    const set = await provider();
    await clock.advance(50_000);
    expect(await ended(provider({ forceRefresh: true }), clock)).toBe(set);
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("holds for retries and for the next region too", async () => {
    const { emulator, clock, reader } = await regionalAws();
    emulator.addFault({ kind: "error", region: FIRST, times: 1 });
    emulator.addFault({ kind: "error", region: SECOND, times: 1 });
    const call = reader({ callsPerSecond: 10 })();
    await turn(clock, () => emulator.count("AssumeRole") >= 2);
    let turns = 0;
    await turn(clock, () => ++turns > 20);
    expect(emulator.count("AssumeRole")).toBe(2);
    await clock.advance(100);
    await expect(ended(call, clock)).resolves.toMatchObject({ accountId: "123456789012" });
    expect(emulator.requests.map(({ region }) => region)).toEqual([FIRST, SECOND, FIRST]);
  });

  it("lets those that somebody waits for go before a background refresh that came first", async () => {
    const { emulator, clock, reader } = await regionalAws();
    const named = (roleSessionName: string) => reader({ roleSessionName, callsPerSecond: 1 });
    const ahead = named("ahead");
    const first = await ahead();
    await clock.advance(50 * 60_000);
    emulator.clearRequests();
    const going = named("going")();
    await turn(clock, () => emulator.count("AssumeRole") === 1);
    expect(await ahead()).toBe(first);
    expect(ahead.status()).toMatchObject({ phase: "advisory", refreshing: true });
    const waiting = named("waiting")();
    let turns = 0;
    await turn(clock, () => ++turns > 20);
    for (const arrived of [2, 3]) {
      await clock.advance(1_000);
      await turn(clock, () => emulator.count("AssumeRole") === arrived);
    }
    await Promise.all([going, waiting]);
    expect(emulator.requests.map(({ parameters }) => parameters["RoleSessionName"])).toEqual([
      "going",
      "waiting",
      "ahead",
    ]);
  });

  it("is no part of who shares an entry, and off by default", async () => {
    const { emulator, at, user } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    const base = { ...at, roleArn: roleArn("reader"), source: user };
    const sets = await Promise.all([fromAssumeRole(base)(), fromAssumeRole({ ...base, callsPerSecond: 5 })()]);
    expect(new Set(sets).size).toBe(1);
    await Promise.all(
      Array.from({ length: 10 }, (_, tenant) => fromAssumeRole({ ...base, externalId: `tenant-${tenant}` })()),
    );
    expect(emulator.count("AssumeRole")).toBe(11);
  });

  it.each([0, -1, 10_001, Number.NaN, "5"])("refuses %j by its name", (callsPerSecond) => {
    const make = () => fromAssumeRole({ roleArn: roleArn("reader"), callsPerSecond: callsPerSecond as number });
    expect(make).toThrow(expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }));
    expect(make).toThrow("`callsPerSecond`");
  });
});
