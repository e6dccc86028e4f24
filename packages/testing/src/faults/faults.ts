import { kindOf } from "../checks/check.js";
import type { TimeSource } from "../emulator-clock.js";
import type { RecordedRequest } from "../record/recorded-request.js";
import type { EmulatorFault } from "./emulator-fault.js";

/** The faults of one emulator, in the order they were added. */
export interface Faults {
  /** Answers a function that lifts the fault. What is added was checked before. */
  add(fault: EmulatorFault): () => void;
  clear(): void;
  /**
   * The faults a request meets, using up one of their times: every latency, and the first fault that decides.
   * `undefined` when the condition of one failed, so that nobody knows.
   */
  meet(request: RecordedRequest): readonly EmulatorFault[] | undefined;
  /** What conditions threw since the last call: the first of each fault, for a client that retries makes it throw again. */
  takeFailures(): readonly unknown[];
}

interface ArmedFault {
  readonly fault: EmulatorFault;
  skipped: number;
  met: number;
  failed: boolean;
}

export function createFaults(clock: TimeSource): Faults {
  const armed = new Set<ArmedFault>();
  let failures: unknown[] = [];
  return {
    add(fault): () => void {
      const entry: ArmedFault = { fault, skipped: 0, met: 0, failed: false };
      armed.add(entry);
      return () => void armed.delete(entry);
    },
    clear: () => armed.clear(),
    meet(request): readonly EmulatorFault[] | undefined {
      const met: EmulatorFault[] = [];
      const nowMs = clock.now();
      for (const entry of armed) {
        try {
          if (!strikes(entry, request, nowMs)) continue;
        } catch (error) {
          if (!entry.failed) failures.push(error);
          entry.failed = true;
          return undefined;
        }
        met.push(entry.fault);
        if (entry.fault.kind !== "latency") break;
      }
      return met;
    },
    takeFailures(): readonly unknown[] {
      const taken = failures;
      failures = [];
      return taken;
    },
  };
}

function strikes(entry: ArmedFault, request: RecordedRequest, nowMs: number): boolean {
  const { fault } = entry;
  if (fault.untilMs !== undefined && nowMs >= fault.untilMs) return false;
  if (fault.times !== undefined && entry.met >= fault.times) return false;
  if (!matches(fault, request)) return false;
  if (entry.skipped < (fault.skip ?? 0)) {
    entry.skipped += 1;
    return false;
  }
  entry.met += 1;
  return true;
}

function matches(fault: EmulatorFault, request: RecordedRequest): boolean {
  const names = ["service", "operation", "region", "accessKeyId", "principal"] as const;
  if (!names.every((name) => fault[name] === undefined || fault[name] === request[name])) return false;
  if (fault.when === undefined) return true;
  const answer: unknown = fault.when(request);
  // A promise, which an async condition answers, would hold for every request.
  if (typeof answer !== "boolean") throw new TypeError(`"when" must answer true or false; got ${kindOf(answer)}`);
  return answer;
}
