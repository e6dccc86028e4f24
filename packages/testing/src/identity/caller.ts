/** Who signed a request. */
export type Caller = LongTermCaller | SessionCaller;

/** A caller with long-term keys. */
export type LongTermCaller = UserCaller | RootCaller;

/** A caller with temporary credentials. */
export type SessionCaller = RoleSessionCaller | SessionTokenCaller | FederatedUserCaller | RootSessionCaller;

interface CallerIdentity {
  readonly arn: string;
  readonly accountId: string;
  readonly partition: string;
  /**
   * `AIDA…` for a user, `AROA…:<session name>` for a role session, `<account>:<name>` for a federated user, the account's
   * digits for its root user.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
   */
  readonly userId: string;
  /** Actions that are refused, `service:Operation` or `service:*`. */
  readonly deny: readonly string[];
}

export interface UserCaller extends CallerIdentity {
  readonly kind: "user";
  readonly mfaSerialNumbers: readonly string[];
}

/** An account's root user with keys of its own. */
export interface RootCaller extends CallerIdentity {
  readonly kind: "root";
  readonly mfaSerialNumbers: readonly string[];
}

/** The policies that a session was scoped down with. The emulator keeps them and evaluates none. */
interface ScopedSession {
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
  /** The principal tags of the session, by key as it was written. */
  readonly tags: ReadonlyMap<string, string>;
}

export interface RoleSessionCaller extends CallerIdentity, ScopedSession {
  readonly kind: "role-session";
  readonly roleArn: string;
  readonly sourceIdentity: string | undefined;
  /** The tags that go on to the sessions of roles this session assumes, by key as it was written. */
  readonly transitiveTags: ReadonlyMap<string, string>;
  /** The serial number of the MFA device that was proved when the role was assumed. */
  readonly mfaSerialNumber: string | undefined;
  /** The ARN of the OIDC or SAML provider that the session was given for. */
  readonly federatedProvider: string | undefined;
}

/** GetSessionToken's: the user under its own ARN, with or without MFA. */
export interface SessionTokenCaller extends CallerIdentity {
  readonly kind: "session-token";
  readonly owner: LongTermCaller;
  readonly mfaSerialNumber: string | undefined;
}

/** GetFederationToken's. */
export interface FederatedUserCaller extends CallerIdentity, ScopedSession {
  readonly kind: "federated-user";
}

/** AssumeRoot's. */
export interface RootSessionCaller extends CallerIdentity {
  readonly kind: "root-session";
  readonly taskPolicyArn: string;
  readonly sourceIdentity: string | undefined;
}

export function isDenied(caller: Caller, service: string, operation: string): boolean {
  return caller.deny.some(
    (action) => action === "*" || action === `${service}:*` || action === `${service}:${operation}`,
  );
}
