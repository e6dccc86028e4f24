import { createFakeClock } from "@evercred/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { takeTurn } from "../../src/sts/call-budget.js";

const HALF_MINUTE_MS = 30_000;

/** A turn of a fresh signal: who shares one with thousands waits for its listeners. */
function asked(turn: Omit<Parameters<typeof takeTurn>[0], "signal" | "background">) {
  const { signal } = new AbortController();
  return { background: false, signal, ...turn };
}

describe("a long queue", () => {
  it("whose deadlines all passed while the process was frozen ends, every call of it", async () => {
    const clock = createFakeClock();
    const turn = { clock, budget: "frozen", callsPerSecond: 10_000, deadline: clock.now() + HALF_MINUTE_MS };
    await takeTurn(asked(turn));
    const queued = Promise.allSettled(Array.from({ length: 20_000 }, () => takeTurn(asked(turn))));
    await clock.advance(0);
    clock.suspend(60_000);
    await clock.advance(0);
    const codes = (await queued).map((one) => one.status === "rejected" && one.reason.code);
    expect(new Set(codes)).toEqual(new Set(["ERR_CREDENTIALS_TRANSIENT"]));
    expect(clock.pending).toBe(0);
  });

  it("is told from a new one by nothing once everybody has left it, whatever their rates and their order", async () => {
    const leaving = fc.record({ callsPerSecond: fc.constantFrom(3, 7, 11, 13, 17, 900), place: fc.integer() });
    await fc.assert(
      fc.asyncProperty(fc.array(leaving, { minLength: 2, maxLength: 30 }), fc.boolean(), async (all, background) => {
        // Small numbers of milliseconds keep every fraction: what drifts shows.
        const clock = createFakeClock(0);
        const turn = { ...asked({ clock, budget: "drift", callsPerSecond: 1, deadline: 1e9 }), background };
        await takeTurn(turn);
        const queued = all.map(({ callsPerSecond, place }) => {
          const controller = new AbortController();
          const call = takeTurn({ ...turn, callsPerSecond, signal: controller.signal }).catch((reason) => reason);
          return { controller, place, call };
        });
        for (const { controller } of queued.sort((one, other) => one.place - other.place)) {
          controller.abort("left");
        }
        expect(new Set(await Promise.all(queued.map(({ call }) => call)))).toEqual(new Set(["left"]));
        const inTime = takeTurn({ ...turn, deadline: 1_000 });
        await clock.advance(1_000);
        await expect(inTime).resolves.toBeUndefined();
        expect(clock.pending).toBe(0);
      }),
    );
  });

  it("counts who is still in it, and not who left", async () => {
    const clock = createFakeClock(0);
    const turn = asked({ clock, budget: "counted", callsPerSecond: 10, deadline: 1e9 });
    await takeTurn(turn);
    const stays = takeTurn(turn);
    const leaving = Array.from({ length: 50 }, () => new AbortController());
    const left = Promise.allSettled(leaving.map(({ signal }) => takeTurn({ ...turn, signal })));
    for (const controller of leaving) {
      controller.abort();
    }
    await left;
    const tooLate = takeTurn({ ...turn, deadline: 199 }).catch((error: unknown) => error);
    const inTime = takeTurn({ ...turn, deadline: 200 });
    expect(await tooLate).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    await clock.advance(200);
    await expect(Promise.all([stays, inTime])).resolves.toHaveLength(2);
  });
});

describe("a call that went", () => {
  it("is over for its queue: an abort after that changes nothing", async () => {
    const clock = createFakeClock(0);
    const turn = asked({ clock, budget: "over", callsPerSecond: 10, deadline: 1e9 });
    await takeTurn(turn);
    const controllers = Array.from({ length: 3 }, () => new AbortController());
    const going = controllers.map(({ signal }) => takeTurn({ ...turn, signal }));
    const waiting = Array.from({ length: 5 }, () => takeTurn(turn));
    await clock.advance(300);
    await Promise.all(going);
    for (const controller of controllers) {
      controller.abort();
    }
    // Five wait, at 400 to 800.
    const tooLate = takeTurn({ ...turn, deadline: 899 }).catch((error: unknown) => error);
    expect(await tooLate).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    await clock.advance(500);
    await Promise.all(waiting);
  });
});

describe("the budgets of many", () => {
  it("are forgotten, the oldest first, and those that wait in one go all the same", async () => {
    const clock = createFakeClock();
    const take = (budget: string): Promise<void> =>
      takeTurn(asked({ clock, callsPerSecond: 1, deadline: Number.POSITIVE_INFINITY, budget }));
    await take("first");
    const waiting = take("first");
    await Promise.all(Array.from({ length: 10_000 }, (_, index) => take(`other ${index}`)));
    // The first is not known any more: this one goes at once.
    await take("first");
    await clock.advance(1_000);
    await expect(waiting).resolves.toBeUndefined();
  });
});
