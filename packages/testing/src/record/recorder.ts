import type { RecordedRequest } from "./recorded-request.js";

/** What becomes known of a request after it came. */
export type RequestOutcome = Pick<RecordedRequest, "status" | "errorCode" | "fault">;

/** Keeps the record of one emulator. */
export interface Recorder {
  /** Records a request as it comes; the answer completes the entry, in its place. */
  begin(request: RecordedRequest): (outcome: RequestOutcome) => void;
  /** A copy. */
  entries(): readonly RecordedRequest[];
  count(operation: string): number;
  clear(): void;
}

export function createRecorder(): Recorder {
  let entries: RecordedRequest[] = [];
  let counts = new Map<string, number>();
  return {
    begin(request): (outcome: RequestOutcome) => void {
      // After a clear, a request under way completes its entry in the list that was.
      const list = entries;
      const at = list.push(request) - 1;
      counts.set(request.operation, (counts.get(request.operation) ?? 0) + 1);
      return (outcome) => {
        list[at] = { ...request, ...outcome };
      };
    },
    entries: () => [...entries],
    count: (operation) => counts.get(operation) ?? 0,
    clear(): void {
      entries = [];
      counts = new Map();
    },
  };
}
