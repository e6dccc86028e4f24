import type { TimeSource } from "../emulator-clock.js";
import type { XmlElement } from "../http/xml.js";
import type { Caller } from "../identity/caller.js";
import type { Directory } from "../identity/directory.js";
import type { MfaCodes } from "../identity/mfa-codes.js";
import type { Sessions } from "../identity/sessions.js";

/** What STS operations work on. */
export interface StsState {
  readonly clock: TimeSource;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly mfaCodes: MfaCodes;
}

export interface StsCall {
  readonly caller: Caller;
  readonly parameters: ReadonlyMap<string, string>;
  readonly state: StsState;
}

/** One operation: the elements of its result. Throws `AwsError` to refuse. */
export type StsOperation = (call: StsCall) => readonly XmlElement[];
