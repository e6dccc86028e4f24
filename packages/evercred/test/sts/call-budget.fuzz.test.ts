import { createFakeClock } from "@evercred/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { takeTurn } from "../../src/sts/call-budget.js";

/** One call that comes at its time. */
interface Arrival {
  readonly afterMs: number;
  readonly background: boolean;
  /** From its arrival. */
  readonly deadlineMs: number;
  /** From its arrival; absent: nobody aborts it. */
  readonly abortMs: number | undefined;
  /** By how much the wall clock steps just before it comes. */
  readonly stepMs: number;
}

/** What became of it, by the time that passed. */
interface Ended extends Arrival {
  readonly index: number;
  readonly arrivedAt: number;
  readonly went: boolean;
  readonly at: number;
}

const arrival: fc.Arbitrary<Arrival> = fc.record({
  afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 }), fc.constantFrom(150, 300, 600)),
  background: fc.boolean(),
  deadlineMs: fc.integer({ min: 0, max: 3_000 }),
  abortMs: fc.option(fc.integer({ min: 0, max: 1_500 }), { nil: undefined, freq: 4 }),
  stepMs: fc.constant(0),
});
const arrivals = fc.array(arrival, { minLength: 1, maxLength: 40 });
const stepMs = fc.oneof(
  { weight: 5, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: -40, max: 40 }).map((tens) => tens * 10) },
  { weight: 1, arbitrary: fc.constantFrom(-1e7, 1e7) },
);
const arrivalsByStepping = fc.array(
  fc.tuple(arrival, stepMs).map(([one, ms]) => ({ ...one, stepMs: ms })),
  { minLength: 1, maxLength: 40 },
);
const rate = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(0.5, 3.3, 333));
const LONGEST_MS = 120_000;

async function run(calls: readonly Arrival[], callsPerSecond: number) {
  const clock = createFakeClock();
  const startedAt = clock.now();
  let stepped = 0;
  const elapsed = (): number => clock.now() - stepped - startedAt;
  const ended: Ended[] = [];
  for (const [index, call] of calls.entries()) {
    await clock.advance(call.afterMs);
    clock.step(call.stepMs);
    stepped += call.stepMs;
    const controller = new AbortController();
    const arrivedAt = elapsed();
    const end = (went: boolean): void => void ended.push({ ...call, index, arrivedAt, went, at: elapsed() });
    const { background } = call;
    const deadline = clock.now() + call.deadlineMs;
    takeTurn({ clock, budget: "", callsPerSecond, background, deadline, signal: controller.signal }).then(
      () => end(true),
      () => end(false),
    );
    if (call.abortMs !== undefined) {
      clock.schedule(() => controller.abort(), call.abortMs);
    }
  }
  await clock.advance(LONGEST_MS);
  const went = ended.filter((one) => one.went).sort((one, other) => one.at - other.at);
  return { ended, went, pending: clock.pending };
}

/** Epoch milliseconds have a quarter of a microsecond as their finest step, and each call may round. */
const TOLERANCE_MS = 0.02;

describe("callsPerSecond, whatever comes when,", () => {
  it("never lets more calls go in any window than the rate, and one", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, rate, async (calls, callsPerSecond) => {
        const { went } = await run(calls, callsPerSecond);
        for (const [from, first] of went.entries()) {
          for (const [more, last] of went.slice(from).entries()) {
            const counted = more + 1;
            expect(counted).toBeLessThanOrEqual(((last.at - first.at + TOLERANCE_MS) * callsPerSecond) / 1000 + 1);
          }
        }
      }),
    );
  });

  it("starts nobody past its deadline, before its arrival or after its abort", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, rate, async (calls, callsPerSecond) => {
        const { went } = await run(calls, callsPerSecond);
        for (const { at, arrivedAt, deadlineMs, abortMs = Number.POSITIVE_INFINITY } of went) {
          expect(at).toBeGreaterThanOrEqual(arrivedAt);
          expect(at).toBeLessThanOrEqual(arrivedAt + Math.min(deadlineMs, abortMs) + TOLERANCE_MS);
        }
      }),
    );
  });

  it("lets nobody of the background go while somebody waits for another call, and each kind in its order", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, rate, async (calls, callsPerSecond) => {
        const { went } = await run(calls, callsPerSecond);
        for (const one of went) {
          const overtaken = went.filter(({ index, at, arrivedAt, background }) => {
            const waited = arrivedAt < one.at && at > one.at;
            return waited && ((one.background && !background) || (one.background === background && index < one.index));
          });
          expect(overtaken).toEqual([]);
        }
      }),
    );
  });

  it("settles everybody once, and leaves no timer, also when the wall clock steps", async () => {
    await fc.assert(
      fc.asyncProperty(arrivalsByStepping, rate, async (calls, callsPerSecond) => {
        const { ended, pending } = await run(calls, callsPerSecond);
        expect(ended.map(({ index }) => index).sort((one, other) => one - other)).toEqual(
          calls.map((_, index) => index),
        );
        expect(pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it("lets a call that nothing is in the way of go at once", async () => {
    await fc.assert(
      fc.asyncProperty(arrival, rate, async (call, callsPerSecond) => {
        const { went } = await run([{ ...call, abortMs: undefined }], callsPerSecond);
        expect(went.map(({ at }) => at)).toEqual([call.afterMs]);
      }),
    );
  });
});
