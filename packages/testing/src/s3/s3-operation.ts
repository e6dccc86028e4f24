import type { TimeSource } from "../emulator-clock.js";
import type { Answer } from "../http/answer.js";
import type { RawRequest } from "../http/raw-request.js";
import type { Caller } from "../identity/caller.js";
import type { Buckets } from "./buckets.js";

/** What S3 operations work on. */
export interface S3State {
  readonly clock: TimeSource;
  readonly buckets: Buckets;
}

export interface S3Call {
  readonly caller: Caller;
  readonly request: RawRequest;
  /** Empty when the operation has none. */
  readonly bucket: string;
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  /** The body, its framing taken off and its checksums verified. */
  readonly payload: Buffer;
  readonly state: S3State;
}

/** One operation. Throws `AwsError` to refuse. */
export type S3Operation = (call: S3Call) => Answer;
