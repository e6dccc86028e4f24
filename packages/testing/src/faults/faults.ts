import type { TimeSource } from "../emulator-clock.js";
import type { RecordedRequest } from "../record/recorded-request.js";
import type { EmulatorFault } from "./emulator-fault.js";

/** The faults of one emulator, in the order they were added. */
export interface Faults {
  /** Answers a function that lifts the fault. */
  add(fault: EmulatorFault): () => void;
  clear(): void;
  /** The faults a request meets, using up one of their times: every latency, and the first fault that decides. */
  meet(request: RecordedRequest): readonly EmulatorFault[];
}

interface ArmedFault {
  readonly fault: EmulatorFault;
  skipped: number;
  met: number;
}

export function createFaults(clock: TimeSource): Faults {
  const armed = new Set<ArmedFault>();
  return {
    add(fault): () => void {
      requireSensible(fault);
      const entry: ArmedFault = { fault, skipped: 0, met: 0 };
      armed.add(entry);
      return () => void armed.delete(entry);
    },
    clear: () => armed.clear(),
    meet(request): readonly EmulatorFault[] {
      const met: EmulatorFault[] = [];
      for (const entry of armed) {
        if (!strikes(entry, request, clock.now())) continue;
        met.push(entry.fault);
        if (entry.fault.kind !== "latency") break;
      }
      return met;
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
  return (
    names.every((name) => fault[name] === undefined || fault[name] === request[name]) && fault.when?.(request) !== false
  );
}

function requireSensible(fault: EmulatorFault): void {
  const counts = { skip: fault.skip, times: fault.times };
  for (const [name, count] of Object.entries(counts)) {
    if (count !== undefined && (!Number.isInteger(count) || count < 0))
      throw new TypeError(`"${name}" must be a whole number`);
  }
  if (fault.kind === "latency" && !(fault.latencyMs >= 0))
    throw new TypeError('"latencyMs" must be milliseconds, 0 or more');
}
