import type { FaultKind } from "../faults/fault-kind.js";

/**
 * One request as the emulator saw it, without any secret: no signature, no session token, no body, and of the parameters
 * only those that are known to be none.
 */
export interface RecordedRequest {
  /** When it came, in milliseconds since the epoch on the emulator's clock. */
  readonly at: number;
  readonly service: "sts" | "s3";
  /** AWS's name of the operation, or `Unknown`. */
  readonly operation: string;
  /**
   * The region of the credential scope; of a request without one, the region whose own port it came to (`us-east-1` for the
   * global endpoint's); absent when it came to the port of all regions.
   */
  readonly region?: string;
  /** Parameters by AWS's names. The value of one that may be a secret is `[redacted]`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Who the request says it is from, before its signature was looked at. */
  readonly accessKeyId?: string;
  /** The ARN behind {@link accessKeyId}, when the emulator knows that key. */
  readonly principal?: string;
  /** Where the signature is; absent on an unsigned request. */
  readonly via?: "header" | "query";
  readonly host: string;
  readonly userAgent: string;
  /** The HTTP status of the answer; absent while there is none, and when there never will be. */
  readonly status?: number;
  /** The wire code of an error answer. */
  readonly errorCode?: string;
  /** The fault that decided the answer, or its absence. */
  readonly fault?: FaultKind;
}
