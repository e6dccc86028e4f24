import { createFakeClock, type FakeClock } from "@evercred/testing";
import { describe, expect, it } from "vitest";
import { type Turn, takeTurn } from "../../src/sts/call-budget.js";

const SECOND_MS = 1_000;

interface Asked {
  state: "waiting" | "went" | "gave up";
  /** When it ended, in milliseconds since the start. */
  at: number;
  error: unknown;
}

/** Turns of one clock, and what became of each. */
function turns(clock: FakeClock = createFakeClock()) {
  const startedAt = clock.now();
  const ask = (turn: Partial<Turn> = {}): Asked => {
    const asked: Asked = { state: "waiting", at: Number.NaN, error: undefined };
    const end = (state: Asked["state"], error?: unknown): void => {
      Object.assign(asked, { state, at: clock.now() - startedAt, error });
    };
    const { signal } = new AbortController();
    const deadline = Number.POSITIVE_INFINITY;
    takeTurn({ clock, budget: "123456789012", callsPerSecond: 10, background: false, deadline, signal, ...turn }).then(
      () => end("went"),
      (error: unknown) => end("gave up", error),
    );
    return asked;
  };
  return { clock, startedAt, ask };
}

/** When each went, in milliseconds since the start; how the others stand. */
function summary(asked: readonly Asked[]): (number | string)[] {
  return asked.map(({ state, at }) => (state === "went" ? at : state));
}

describe("callsPerSecond", () => {
  it("lets the first call go at once, and spreads those behind it evenly", async () => {
    const { clock, ask } = turns();
    const asked = Array.from({ length: 4 }, () => ask());
    await clock.advance(0);
    expect(summary(asked)).toEqual([0, "waiting", "waiting", "waiting"]);
    await clock.advance(SECOND_MS);
    expect(summary(asked)).toEqual([0, 100, 200, 300]);
  });

  it.each([
    ["the budget", { budget: "210987654321" }],
    ["the clock", { clock: createFakeClock() }],
  ])("counts apart by %s", async (_name, other) => {
    const { clock, ask } = turns();
    const asked = [ask(), ask(other)];
    await clock.advance(0);
    expect(asked.map(({ state }) => state)).toEqual(["went", "went"]);
  });

  it("does not save up what was not used", async () => {
    const { clock, ask } = turns();
    ask();
    await clock.advance(10 * SECOND_MS);
    const asked = Array.from({ length: 3 }, () => ask());
    await clock.advance(SECOND_MS);
    expect(summary(asked)).toEqual([10_000, 10_100, 10_200]);
  });

  it("leaves a whole interval behind a call that nobody was waiting for", async () => {
    const { clock, ask } = turns();
    ask();
    await clock.advance(190);
    const asked = [ask(), ask()];
    await clock.advance(SECOND_MS);
    expect(summary(asked)).toEqual([190, 290]);
  });

  it("keeps a rate that is no divisor of a second", async () => {
    const { clock, ask } = turns();
    const asked = Array.from({ length: 31 }, () => ask({ callsPerSecond: 3 }));
    await clock.advance(10 * SECOND_MS);
    expect(asked.every(({ state }) => state === "went")).toBe(true);
    expect(asked.at(-1)?.at).toBeCloseTo(10_000, 1);
  });

  // Their intervals are no whole milliseconds, and epoch milliseconds have a quarter of a microsecond as their finest step.
  it.each([3, 6, 7, 9, 11, 13, 33, 60, 70, 300, 600, 700, 999, 3_000])(
    "holds at %i a second",
    async (callsPerSecond) => {
      const { clock, ask } = turns();
      const asked = Array.from({ length: 5 }, () => ask({ callsPerSecond }));
      await clock.advance(0);
      expect(asked.map(({ state }) => state)).toEqual(["went", "waiting", "waiting", "waiting", "waiting"]);
      await clock.advance(SECOND_MS / callsPerSecond / 2);
      asked.push(ask({ callsPerSecond }));
      await clock.advance(0);
      expect(asked.filter(({ state }) => state === "went")).toHaveLength(1);
    },
  );

  it("waits for the rate of the call before, where two rates share a budget", async () => {
    const { clock, ask } = turns();
    const asked = [ask({ callsPerSecond: 1 }), ask({ callsPerSecond: 100 }), ask({ callsPerSecond: 2 }), ask()];
    await clock.advance(5 * SECOND_MS);
    expect(summary(asked)).toEqual([0, 1_000, 1_010, 1_510]);
  });

  it("leaves no timer behind that does anything", async () => {
    const { clock, ask } = turns();
    ask();
    ask();
    await clock.advance(SECOND_MS);
    expect(clock.pending).toBe(0);
  });
});

describe("who waits for a turn", () => {
  it("goes before the background, whoever came first", async () => {
    const { clock, ask } = turns();
    ask();
    const background = [ask({ background: true }), ask({ background: true })];
    const awaited = [ask(), ask()];
    await clock.advance(SECOND_MS);
    expect(summary(awaited)).toEqual([100, 200]);
    expect(summary(background)).toEqual([300, 400]);
  });

  it("is told at once when its turn would come after its deadline", async () => {
    const { clock, startedAt, ask } = turns();
    ask();
    ask();
    const [late, inTime] = [ask({ deadline: startedAt + 199 }), ask({ deadline: startedAt + 200 })];
    await clock.advance(0);
    expect(late).toMatchObject({
      state: "gave up",
      at: 0,
      error: {
        code: "ERR_CREDENTIALS_TRANSIENT",
        message: expect.stringContaining("`callsPerSecond` 10 left no turn for this call before its deadline"),
      },
    });
    await clock.advance(SECOND_MS);
    expect(summary([inTime])).toEqual([200]);
  });

  it("does not wait for the background when its own deadline is looked at", async () => {
    const { clock, startedAt, ask } = turns();
    ask();
    const background = Array.from({ length: 5 }, () => ask({ background: true }));
    const awaited = ask({ deadline: startedAt + 150 });
    const late = ask({ background: true, deadline: startedAt + 150 });
    await clock.advance(SECOND_MS);
    expect(summary([awaited, late, ...background])).toEqual([100, "gave up", 200, 300, 400, 500, 600]);
    expect(late.at).toBe(0);
  });

  it("is never started past its deadline, and takes no turn from those behind it", async () => {
    const { clock, startedAt, ask } = turns();
    ask();
    const overtaken = ask({ background: true, deadline: startedAt + 250 });
    const awaited = [ask(), ask()];
    const behind = ask({ background: true });
    await clock.advance(SECOND_MS);
    expect(summary([...awaited, overtaken, behind])).toEqual([100, 200, "gave up", 300]);
  });

  it("leaves when its signal is aborted, with the signal's reason, and takes no turn", async () => {
    const { clock, ask } = turns();
    const controller = new AbortController();
    ask();
    const [gone, behind] = [ask({ signal: controller.signal }), ask()];
    const reason = new Error("the user left");
    await clock.advance(50);
    controller.abort(reason);
    await clock.advance(SECOND_MS);
    expect(gone).toMatchObject({ state: "gave up", at: 50, error: reason });
    expect(summary([behind])).toEqual([100]);
  });

  it("is turned away where its signal was aborted before", async () => {
    const { clock, ask } = turns();
    const signal = AbortSignal.abort(new Error("too late"));
    const [gone, first] = [ask({ signal }), ask()];
    await clock.advance(0);
    expect(gone).toMatchObject({ state: "gave up", error: signal.reason });
    expect(summary([first])).toEqual([0]);
  });

  it("is not held up by an abort after it went", async () => {
    const { clock, ask } = turns();
    const controller = new AbortController();
    const asked = [ask({ signal: controller.signal }), ask({ signal: controller.signal }), ask()];
    await clock.advance(100);
    controller.abort();
    await clock.advance(SECOND_MS);
    expect(summary(asked)).toEqual([0, 100, 200]);
  });
});

describe("a wall clock that steps", () => {
  const HOUR_MS = 3_600_000;

  it.each([-HOUR_MS, -50, HOUR_MS])("by %i ms leaves who waits in their order and their rate", async (step) => {
    const { clock, ask } = turns();
    const order: number[] = [];
    const asked = [0, 1, 2, 3].map(() => ask());
    await clock.advance(50);
    clock.step(step);
    for (let tenths = 0; tenths < 4; tenths += 1) {
      order.push(asked.filter(({ state }) => state === "went").length);
      await clock.advance(100);
    }
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it("ahead by less than an interval lets one go early, as after a timer that was late", async () => {
    const { clock, ask } = turns();
    const asked = [0, 1, 2, 3].map(() => ask());
    await clock.advance(50);
    clock.step(50);
    await clock.advance(SECOND_MS);
    // By the wall clock, which the step moved.
    expect(summary(asked)).toEqual([0, 150, 200, 300]);
  });

  it("back by far holds nobody up who comes then", async () => {
    const { clock, ask } = turns();
    ask();
    await clock.advance(50);
    clock.step(-HOUR_MS);
    const asked = ask();
    await clock.advance(0);
    expect(asked.state).toBe("went");
  });

  // A timer that runs a millisecond before the wall clock agrees is the same.
  it("back by less than an interval, after the timer ran, leaves nobody waiting for ever", async () => {
    const { clock, ask } = turns();
    ask();
    await clock.advance(110);
    clock.step(-50);
    const asked = ask();
    await clock.advance(100);
    expect(asked.state).toBe("went");
  });

  it("ahead past a deadline gives that call up, and no other", async () => {
    const { clock, startedAt, ask } = turns();
    ask();
    const [late, other] = [ask({ deadline: startedAt + 5_000 }), ask()];
    clock.step(HOUR_MS);
    await clock.advance(SECOND_MS);
    expect([late, other].map(({ state }) => state)).toEqual(["gave up", "went"]);
  });

  it("and a process that was frozen loses one interval at most", async () => {
    const { clock, ask } = turns();
    const asked = Array.from({ length: 4 }, () => ask());
    await clock.advance(0);
    clock.suspend(10 * SECOND_MS);
    await clock.advance(0);
    await clock.advance(200);
    expect(summary(asked)).toEqual([0, 10_000, 10_100, 10_200]);
  });
});
