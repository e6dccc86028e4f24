import type { TimeSource } from "../emulator-clock.js";
import type { XmlElement } from "../http/xml.js";
import type { Caller } from "../identity/caller.js";
import type { Directory } from "../identity/directory.js";
import type { MfaDevices } from "../identity/mfa-devices.js";
import type { Sessions } from "../identity/sessions.js";
import type { OutboundIssuer } from "./outbound-issuer.js";

/** What STS operations work on. */
export interface StsState {
  readonly clock: TimeSource;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly mfaDevices: MfaDevices;
  readonly outboundIssuer: OutboundIssuer;
  /** Regions where STS is not activated. */
  readonly disabledRegions: ReadonlySet<string>;
}

/** A call of an operation that takes a token or an assertion in place of a signature. */
export interface UnsignedStsCall {
  readonly parameters: ReadonlyMap<string, string>;
  readonly state: StsState;
  /** The region asked: that of the credential scope, or else that of the port; `undefined` where neither names one. */
  readonly region: string | undefined;
  /** Whether STS's global endpoint was asked. */
  readonly global: boolean;
}

export interface StsCall extends UnsignedStsCall {
  readonly caller: Caller;
  /** Of the key that signed. */
  readonly accessKeyId: string;
}

/** One operation: the elements of its result. Throws `AwsError` to refuse. */
export type StsOperation = (call: StsCall) => readonly XmlElement[] | Promise<readonly XmlElement[]>;

/** An operation that nobody signs; a signature that comes with it is not looked at. Rejects with `AwsError` to refuse. */
export type UnsignedStsOperation = (call: UnsignedStsCall) => Promise<readonly XmlElement[]>;
