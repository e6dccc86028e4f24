/** An IAM role of the emulator. */
export interface EmulatorRole {
  /** 1 to 64 characters: letters, digits and `_+=,.@-`. */
  readonly roleName: string;
  /** Twelve digits. Default: `123456789012`. */
  readonly accountId?: string;
  /** Begins and ends with a slash. Default: `/`. It is part of the role's ARN, and not of its sessions' ARNs. */
  readonly path?: string;
  /** `aws`, `aws-cn`, `aws-us-gov`… Default: `aws`. */
  readonly partition?: string;
  /**
   * Who may assume the role, and on what conditions. Default: everybody in the role's own account but its root user, whom
   * AWS lets assume no role.
   */
  readonly trust?: TrustPolicy;
  /** The longest session the role gives, in seconds, 3600 to 43200. Default: 3600. */
  readonly maxSessionDurationSeconds?: number;
  /**
   * Operations of the emulator that are refused to the role's sessions: `sts:AssumeRole`, `s3:ListObjectsV2` (not IAM's
   * `s3:ListBucket`), `s3:*`, `*`. Default: none.
   */
  readonly deny?: readonly string[];
}

/**
 * A role's trust policy, reduced to what credentials code meets.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html
 */
export interface TrustPolicy {
  /**
   * ARNs of users, of roles (all their sessions), of single role sessions (`arn:aws:sts::…:assumed-role/…`), of accounts
   * (`arn:aws:iam::123456789012:root`: everybody in it), an account's twelve digits, or `*`. No service, and no
   * pattern. They are for AssumeRole. Default: the role's own account; nobody, when there is `federated`.
   */
  readonly principals?: readonly string[];
  /** ARNs of OIDC and SAML providers whose users may assume the role, with a token or an assertion. Default: none. */
  readonly federated?: readonly string[];
  /** For web identity: the audience a token has to be for; of several, any one. Default: any that its provider takes. */
  readonly audience?: string | readonly string[];
  /** For web identity: the subject a token has to be of; of several, any one. Default: any. */
  readonly subject?: string | readonly string[];
  /** The `sts:ExternalId` a caller has to present; of several, any one. Default: none is required. */
  readonly externalId?: string | readonly string[];
  /** Whether a caller has to present an MFA code (`aws:MultiFactorAuthPresent`). Default: `false`. */
  readonly requireMfa?: boolean;
}

/** What `addRole` made. */
export interface AddedRole {
  readonly arn: string;
  /** `AROA…` */
  readonly roleId: string;
}
