import fc from "fast-check";
import { it } from "vitest";
import { runSchedule } from "../support/cache-model.js";
import { setup, step } from "../support/cache-schedule.js";

const numRuns = Number(process.env["EVERCRED_FUZZ_RUNS"] ?? 1500);
/** Far more than the runs need: it bounds the search for the shortest schedule once one has failed. */
const interruptAfterTimeLimit = 20_000 + 20 * numRuns;

// What is checked, and after which step, is told in cache-model.ts. A failure prints its seed and its shortest schedule.
it(
  "keeps its invariants under every schedule of callers, answers, failures and clocks",
  async () => {
    const schedule = fc.array(step, { minLength: 5, maxLength: 60, size: "max" });
    await fc.assert(fc.asyncProperty(setup, schedule, runSchedule), { numRuns, interruptAfterTimeLimit });
  },
  2 * interruptAfterTimeLimit,
);
