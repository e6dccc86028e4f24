import type { RecordedRequest } from "../record/recorded-request.js";

/** Which requests a fault meets, and how often. Whatever is left out does not restrict it. */
export interface FaultTarget {
  readonly service?: "sts" | "s3";
  /** AWS's name of an operation that the emulator has, `AssumeRole`; or `Unknown`, for the requests that name no such one. */
  readonly operation?: string;
  /** The region, as the record has it: of the credential scope, or else of the port. */
  readonly region?: string;
  /** The access key id a request says it is from. */
  readonly accessKeyId?: string;
  /** The ARN of the principal behind that key. */
  readonly principal?: string;
  /**
   * A condition of your own, on what the record will hold. When it throws, or answers neither true nor false, the request
   * is answered with 500, whatever the fault's kind, and `emulator.close()` rejects with the error: with the first one, if
   * the fault's condition fails more than once.
   */
  readonly when?: (request: RecordedRequest) => boolean;
  /** How many requests it lets pass before the first one it meets. Default: 0. */
  readonly skip?: number;
  /** How many requests it meets. Default: every one until it is lifted. */
  readonly times?: number;
  /** The moment it ends, in milliseconds since the epoch on the emulator's clock. Default: when it is lifted. */
  readonly untilMs?: number;
}

/**
 * Something that goes wrong. A fault acts as soon as a request is read, before its signature is looked at. Of several
 * that meet a request the first decides the answer, except that every `latency` before it adds its delay.
 *
 * - `latency`: the request is handled `latencyMs` milliseconds later, 0 to 2147483647.
 * - `silence`: it is accepted and never answered.
 * - `reset`: its connection is destroyed.
 * - `error`: 500 `InternalFailure` (S3: `InternalError`).
 * - `throttle`: as the service does it, STS with 400 `Throttling`, S3 with 503 `SlowDown`.
 * - `access-denied`: 403 `AccessDenied`.
 * - `refuse`: the `status`, `code` and `message` given; the status is 300 to 599, the message by default the code.
 */
export type EmulatorFault = FaultTarget &
  (
    | { readonly kind: "latency"; readonly latencyMs: number }
    | { readonly kind: "silence" | "reset" | "error" | "throttle" | "access-denied" }
    | { readonly kind: "refuse"; readonly status: number; readonly code: string; readonly message?: string }
  );
