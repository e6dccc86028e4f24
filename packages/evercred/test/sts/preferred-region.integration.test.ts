import { createCredentialCache } from "evercred";
import { describe, expect, it } from "vitest";
import { randomSecret } from "../support/random-credentials.js";
import { arrivals, ended, FIRST, type RegionalAws, regionalAws, SECOND, turn } from "./regional-aws.js";

const PREFERENCE_MS = 300_000;
const MINUTE_MS = 60_000;

/** A load of its own: an entry that nobody else has. */
function load(aws: RegionalAws) {
  return aws.reader({ externalId: randomSecret() })();
}

/** So many loads, one after the other. */
async function loads(aws: RegionalAws, count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) {
    await load(aws);
  }
}

describe("the region that answers", () => {
  it("is preferred by every provider and every cache of the same clock, for five minutes", async () => {
    const aws = await regionalAws();
    aws.emulator.addFault({ kind: "error", region: FIRST });
    await load(aws);
    const other = createCredentialCache({ clock: aws.clock, random: () => 0 });
    await aws.reader({ cache: other })();
    await aws.clock.advance(PREFERENCE_MS - 1);
    await loads(aws, 3);
    expect(aws.arrived()).toEqual({ first: 1, second: 5 });
  });

  it("is not known to another clock", async () => {
    const one = await regionalAws();
    one.emulator.addFault({ kind: "error", region: FIRST });
    await load(one);
    const another = await regionalAws();
    const cache = createCredentialCache({ clock: another.clock, random: () => 0 });
    await one.reader({ cache, externalId: "another" })();
    expect(one.arrived()).toEqual({ first: 2, second: 2 });
  });

  it("gives way to the first again, once that one is well", async () => {
    const aws = await regionalAws();
    const lift = aws.emulator.addFault({ kind: "error", region: FIRST });
    await load(aws);
    lift();
    await aws.clock.advance(PREFERENCE_MS);
    const provider = aws.reader({ externalId: "again" });
    await provider();
    await loads(aws, 2);
    expect(aws.arrived()).toEqual({ first: 4, second: 1 });
    expect(provider.status().details).not.toHaveProperty("failedOverFrom");
  });

  it("stays for another five minutes when the first is not yet well", async () => {
    const aws = await regionalAws();
    aws.emulator.addFault({ kind: "error", region: FIRST });
    await load(aws);
    await aws.clock.advance(PREFERENCE_MS);
    await loads(aws, 2);
    await aws.clock.advance(PREFERENCE_MS - 1);
    await loads(aws, 2);
    expect(aws.arrived()).toEqual({ first: 2, second: 5 });
  });
});

describe("the first region, when its time has come again", () => {
  it("is asked by one call alone, and the others stay with the healthy one", async () => {
    const aws = await regionalAws();
    const came = arrivals(aws.clock);
    aws.emulator.addFault({ kind: "silence", region: FIRST, when: came.note });
    const learning = load(aws);
    await came.reached(1);
    await aws.clock.advance(8_000);
    await learning;
    await aws.clock.advance(PREFERENCE_MS);
    const probe = load(aws);
    await came.reached(2);
    await Promise.all(Array.from({ length: 10 }, () => load(aws)));
    // The probe is still waiting, and nobody waits with it.
    expect(aws.arrived()).toEqual({ first: 2, second: 11 });
    await aws.clock.advance(8_000);
    await probe;
    expect(aws.arrived()).toEqual({ first: 2, second: 12 });
  });

  it("counts as well again when it answers, also with a refusal", async () => {
    const aws = await regionalAws();
    const lift = aws.emulator.addFault({ kind: "error", region: FIRST });
    await load(aws);
    lift();
    await aws.clock.advance(PREFERENCE_MS);
    aws.emulator.addFault({ kind: "access-denied", region: FIRST, times: 1 });
    await expect(load(aws)).rejects.toMatchObject({ code: "ERR_CREDENTIALS_DENIED" });
    await load(aws);
    expect(aws.arrived()).toEqual({ first: 3, second: 1 });
  });

  it("is asked again when the call that was to find out never ended", async () => {
    const aws = await regionalAws();
    const came = arrivals(aws.clock);
    const lift = aws.emulator.addFault({ kind: "silence", region: FIRST, when: came.note });
    const learning = load(aws);
    await came.reached(1);
    await aws.clock.advance(8_000);
    await learning;
    await aws.clock.advance(PREFERENCE_MS);
    const abandoned = load(aws);
    await came.reached(2);
    aws.cache.clear();
    // Who waits asks again, and the healthy region answers.
    await abandoned;
    expect(aws.arrived()).toEqual({ first: 2, second: 2 });
    lift();
    await aws.clock.advance(10_000);
    await loads(aws, 2);
    expect(aws.arrived()).toEqual({ first: 4, second: 2 });
  });
});

describe("a dead first region", () => {
  it("that is silent costs one timeout once, not once a call: twenty loads", async () => {
    const aws = await regionalAws();
    const came = arrivals(aws.clock);
    aws.emulator.addFault({ kind: "silence", region: FIRST, when: came.note });
    const startedAt = aws.clock.now();
    const first = load(aws);
    await came.reached(1);
    await aws.clock.advance(8_000);
    await first;
    await loads(aws, 19);
    expect(aws.arrived()).toEqual({ first: 1, second: 20 });
    expect(aws.clock.now() - startedAt).toBe(8_000);
  });

  it("that refuses connections costs no time, and one connection: twenty loads", async () => {
    const aws = await regionalAws();
    const startedAt = aws.clock.now();
    await aws.emulator.closeRegion(FIRST);
    await loads(aws, 20);
    expect(aws.clock.now()).toBe(startedAt);
    expect(aws.arrived()).toEqual({ first: 0, second: 20 });
    // It is well again, and nobody asks it before its time.
    await aws.emulator.openRegion(FIRST);
    await loads(aws, 1);
    expect(aws.arrived()).toEqual({ first: 0, second: 21 });
  });

  it("that is silent is known to the next load also where a load has less time than an attempt", async () => {
    const aws = await regionalAws();
    const came = arrivals(aws.clock);
    aws.emulator.addFault({ kind: "silence", region: FIRST, when: came.note });
    const cache = createCredentialCache({ clock: aws.clock, random: () => 0, refresh: { loadTimeoutMs: 5_000 } });
    const call = aws
      .reader({ cache })()
      .catch((error: unknown) => error);
    await came.reached(1);
    await aws.clock.advance(5_000);
    expect(await call).toMatchObject({ code: "ERR_CREDENTIALS_TIMEOUT" });
    const next = aws
      .reader({ cache })()
      .catch((error: unknown) => error);
    await turn(aws.clock, () => aws.arrived().first + aws.arrived().second >= 2);
    expect(aws.arrived()).toEqual({ first: 1, second: 1 });
    expect(await next).toMatchObject({ accountId: "123456789012" });
  });

  it("and a second one that dies later: the first is asked before the call fails", async () => {
    const aws = await regionalAws();
    const lift = aws.emulator.addFault({ kind: "error", region: FIRST });
    await load(aws);
    lift();
    aws.emulator.addFault({ kind: "error", region: SECOND });
    await expect(load(aws)).resolves.toBeDefined();
    expect(aws.arrived()).toEqual({ first: 2, second: 2 });
  });
});

describe("a clock that steps", () => {
  it("back holds nobody up: the first region is asked at once", async () => {
    const aws = await regionalAws();
    const lift = aws.emulator.addFault({ kind: "error", region: FIRST });
    await load(aws);
    lift();
    aws.clock.step(-60 * MINUTE_MS);
    await ended(load(aws), aws.clock);
    expect(aws.arrived()).toEqual({ first: 2, second: 1 });
  });

  it("ahead ends the preference", async () => {
    const aws = await regionalAws();
    const lift = aws.emulator.addFault({ kind: "error", region: FIRST });
    await load(aws);
    lift();
    aws.clock.step(60 * MINUTE_MS);
    await ended(load(aws), aws.clock);
    expect(aws.arrived()).toEqual({ first: 2, second: 1 });
  });
});
