import { createFakeClock } from "@evercred/testing";
import { describe, expect, it, vi } from "vitest";
import { assertionDesk } from "../../../src/providers/saml/assertion-desk.js";
import { askedDesk, idp, ROLE } from "./asked-desk.js";

describe("a function that hangs", () => {
  it("holds up the loads until the first one's deadline and nobody after, where no person is asked", async () => {
    const { clock, questions, load } = askedDesk({ interactive: false });
    const first = load();
    await clock.advance(30_000);
    expect(first.outcome.error).toBeDefined();
    expect(questions[0]?.request.signal.aborted).toBe(true);
    const second = load();
    await clock.advance(0);
    expect(questions).toHaveLength(2);
    questions[1]?.answer("second");
    await second.ended;
    expect(second.outcome.subject).toBe("second");
  });

  it("is asked anew for who joined it shortly before its end", async () => {
    for (const [interactive, lateMs] of [
      [false, 29_000],
      [true, 299_000],
    ] as const) {
      const { clock, questions, load } = askedDesk({ interactive });
      const first = load();
      await clock.advance(lateMs);
      const late = load();
      await clock.advance(1_000);
      expect(first.outcome.error).toBeDefined();
      expect(late.outcome).toEqual({});
      expect(questions).toHaveLength(2);
      questions[1]?.answer("late");
      await late.ended;
      expect(late.outcome.subject).toBe("late");
    }
  });

  it("has five minutes for a person, and is not asked a second time meanwhile", async () => {
    const { clock, questions, load } = askedDesk();
    load();
    await clock.advance(200_000);
    const second = load();
    await clock.advance(1_000);
    expect(questions).toHaveLength(1);
    questions[0]?.answer("slow");
    await second.ended;
    expect(second.outcome.subject).toBe("slow");
  });

  it("is not joined by who comes after its end, also where the process slept through that", async () => {
    const { clock, questions, load } = askedDesk();
    const first = load();
    await clock.advance(0);
    clock.suspend(300_000);
    const second = load();
    expect(questions).toHaveLength(2);
    questions[1]?.answer("second");
    await clock.advance(0);
    await Promise.all([first.ended, second.ended]);
    expect(second.outcome.subject).toBe("second");
  });

  it("fails who asked with a timeout that says what to do, where their time ends with its", async () => {
    const { clock, load, questions } = askedDesk();
    const only = load({ deadline: clock.now() + 300_000 });
    await clock.advance(300_000);
    await only.ended;
    expect(only.outcome.error).toBeDefined();
    expect(questions[0]?.request.signal.reason).toMatchObject({
      code: "ERR_CREDENTIALS_TIMEOUT",
      message: expect.stringContaining("Sign in again"),
    });
  });
});

describe("who waits", () => {
  it("does not join a question of the background, which must not prompt", async () => {
    const { clock, questions, load } = askedDesk();
    const background = load({ background: true });
    const waiting = load();
    const joining = load();
    await clock.advance(0);
    expect(questions.map(({ request }) => request.background)).toEqual([true, false]);
    questions[1]?.answer("prompted");
    await Promise.all([waiting.ended, joining.ended]);
    expect([waiting.outcome.subject, joining.outcome.subject]).toEqual(["prompted", "prompted"]);
    questions[0]?.answer("background");
    await background.ended;
  });

  it("is joined by the background", async () => {
    const { clock, questions, load } = askedDesk();
    const [waiting, background] = [load(), load({ background: true })];
    await clock.advance(0);
    expect(questions).toHaveLength(1);
    questions[0]?.answer("one");
    await Promise.all([waiting.ended, background.ended]);
    expect(background.outcome.subject).toBe("one");
  });
});

describe("an answer", () => {
  it("that comes late does not take the place of a newer one", async () => {
    const { clock, questions, load, source } = askedDesk();
    const background = load({ background: true });
    const waiting = load();
    await clock.advance(0);
    questions[1]?.answer("newer");
    await waiting.ended;
    questions[0]?.answer("older");
    await background.ended;
    const next = load();
    await next.ended;
    expect(next.outcome.subject).toBe("newer");
    expect(source).toHaveBeenCalledTimes(2);
  });

  it("that failed late does not take a newer one away, nor the question that is open", async () => {
    const { clock, questions, load } = askedDesk({ interactive: false });
    const background = load({ background: true, deadline: clock.now() + 10_000 });
    const waiting = load();
    await clock.advance(10_000);
    await background.ended;
    const joining = load();
    await clock.advance(0);
    expect(questions).toHaveLength(2);
    questions[1]?.answer("newer");
    await Promise.all([waiting.ended, joining.ended]);
    expect(joining.outcome.subject).toBe("newer");
  });

  it("is held until it ends, and not after", async () => {
    const { clock, questions, load, loaded } = askedDesk();
    await loaded("first");
    await clock.advance(299_999);
    const held = load();
    await held.ended;
    expect(held.outcome.subject).toBe("first");
    await clock.advance(1);
    const next = load();
    await clock.advance(0);
    expect(questions).toHaveLength(2);
    questions[1]?.answer("second");
    await next.ended;
    expect(next.outcome.subject).toBe("second");
  });

  it("is used once where it does not say when it ends", async () => {
    const clock = createFakeClock();
    const signIn = vi.fn(() => {
      const text = idp.assertion({ roles: [ROLE], issuedAt: new Date(clock.now()) });
      const xml = Buffer.from(text, "base64")
        .toString("utf8")
        .replace(/ ((Session)?NotOnOrAfter|IssueInstant)="[^"]*"/g, "");
      return Buffer.from(xml).toString("base64");
    });
    const endless = assertionDesk(signIn, false);
    const { signal } = new AbortController();
    const request = { clock, random: () => 0, background: false, renew: false, callerClientConfig: undefined, signal };
    for (const times of [1, 2]) {
      const { said } = await endless.ask({ ...request, deadline: clock.now() + 30_000 });
      expect(said).not.toHaveProperty("usableUntil");
      expect(signIn).toHaveBeenCalledTimes(times);
    }
  });

  it("is not kept in memory once it has expired and another is asked for", async () => {
    const { clock, questions, load, desk: made } = askedDesk();
    const first = load();
    await clock.advance(0);
    questions[0]?.answer("first");
    await first.ended;
    const context = { clock, random: () => 0, background: false, renew: false, callerClientConfig: undefined };
    const { signal } = new AbortController();
    const held = new WeakRef(await made.ask({ ...context, signal, deadline: clock.now() + 30_000 }));
    await clock.advance(300_000);
    const second = load();
    for (let turns = 0; turns < 10 && held.deref() !== undefined; turns += 1) {
      await clock.advance(0);
      globalThis.gc?.();
    }
    expect(held.deref()).toBeUndefined();
    questions[1]?.answer("second");
    await second.ended;
  });

  it("is not known to another clock", async () => {
    const one = askedDesk();
    await one.loaded("first");
    const another = createFakeClock();
    const request = { clock: another, random: () => 0, background: false, renew: false, callerClientConfig: undefined };
    const { signal } = new AbortController();
    const asked = one.desk.ask({ ...request, signal, deadline: another.now() + 30_000 });
    await another.advance(0);
    expect(one.questions).toHaveLength(2);
    one.questions[1]?.answer("other");
    await expect(asked).resolves.toMatchObject({ said: { subject: "other" } });
  });
});

describe("the question", () => {
  it("says `renew` after STS refused the answer before, until there is a new one", async () => {
    const { clock, questions, load, loaded, desk: made } = askedDesk();
    const { text = "" } = await loaded("first");
    made.drop(text);
    const failing = load({ deadline: clock.now() + 1_000 });
    await clock.advance(300_000);
    await failing.ended;
    await loaded("second");
    const { text: second = "" } = await load().ended;
    expect(questions.map(({ request }) => request.renew)).toEqual([false, true, true]);
    await clock.advance(300_000);
    await loaded("third");
    expect(questions.at(-1)?.request.renew).toBe(false);
    made.drop(second);
    const held = load();
    await held.ended;
    expect(held.outcome.subject).toBe("third");
  });

  it("says `renew` where the load does", async () => {
    const { clock, questions, load } = askedDesk();
    const one = load({ renew: true });
    await clock.advance(0);
    expect(questions[0]?.request.renew).toBe(true);
    questions[0]?.answer("one");
    await one.ended;
  });

  it("has what a source is told, and no more", async () => {
    const { clock, questions, loaded } = askedDesk();
    await loaded("first");
    const request = questions[0]?.request ?? {};
    expect(Object.keys(request).sort()).toEqual(["background", "clock", "random", "renew", "signal"]);
    expect(request).toMatchObject({ background: false, renew: false, clock });
  });
});
