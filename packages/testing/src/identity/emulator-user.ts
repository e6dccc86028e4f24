/** An IAM user of the emulator, with one long-term access key pair. */
export interface EmulatorUser {
  /** 1 to 64 characters: letters, digits and `_+=,.@-`. */
  readonly userName: string;
  /** Twelve digits. Default: `123456789012`. */
  readonly accountId?: string;
  /** Begins and ends with a slash. Default: `/`. */
  readonly path?: string;
  /** `aws`, `aws-cn`, `aws-us-gov`… Default: `aws`. */
  readonly partition?: string;
  /** Default: generated at random. */
  readonly accessKeyId?: string;
  /** Default: generated at random. */
  readonly secretAccessKey?: string;
  /** Serial numbers (9 to 256 characters, or ARNs) of the user's MFA devices. Default: none. `emulator.mfaCode` issues their codes. */
  readonly mfaSerialNumbers?: readonly string[];
  /**
   * Seeds of those devices by serial number, in base32, 16 characters or more, for an authenticator of your own. Default: a
   * random one for each, which `emulator.mfaSeed` tells.
   */
  readonly mfaSeeds?: Readonly<Record<string, string>>;
  /**
   * Operations of the emulator that are refused to the user: `sts:AssumeRole`, `s3:ListObjectsV2` (not IAM's
   * `s3:ListBucket`), `s3:*`, `*`. Default: none, everything is allowed.
   */
  readonly deny?: readonly string[];
}

/** What `addUser` made. */
export interface AddedUser {
  readonly arn: string;
  /** `AIDA…`; of a root user, the account's twelve digits. */
  readonly userId: string;
  /** The user's long-term keys, for a client's `credentials`. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}
