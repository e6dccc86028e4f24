import type { EmulatorUser } from "./emulator-user.js";

/** An account's root user, with one long-term access key pair. */
export interface EmulatorRootUser {
  /** Twelve digits. Default: `123456789012`. */
  readonly accountId?: string;
  /** `aws`, `aws-cn`, `aws-us-gov`… Default: `aws`. */
  readonly partition?: string;
  /** Default: generated at random. */
  readonly accessKeyId?: string;
  /** Default: generated at random. */
  readonly secretAccessKey?: string;
  /** Serial numbers (9 to 256 characters, or ARNs) of the root user's MFA devices. Default: none. */
  readonly mfaSerialNumbers?: readonly string[];
  /** Seeds for those devices, as a user's. */
  readonly mfaSeeds?: EmulatorUser["mfaSeeds"];
}
