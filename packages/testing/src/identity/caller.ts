/** Who signed a request. */
export type Caller = UserCaller | RoleSessionCaller;

interface CallerIdentity {
  readonly arn: string;
  readonly accountId: string;
  readonly partition: string;
  /** `AIDA…` for a user, `AROA…:<session name>` for a role session. */
  readonly userId: string;
  /** Actions that are refused, `service:Operation` or `service:*`. */
  readonly deny: readonly string[];
}

export interface UserCaller extends CallerIdentity {
  readonly kind: "user";
  readonly mfaSerialNumbers: readonly string[];
}

export interface RoleSessionCaller extends CallerIdentity {
  readonly kind: "role-session";
  readonly roleArn: string;
  readonly sourceIdentity: string | undefined;
  /** The tags that go on to the sessions of roles this session assumes, by key as it was written. */
  readonly transitiveTags: ReadonlyMap<string, string>;
}

export function isDenied(caller: Caller, service: string, operation: string): boolean {
  return caller.deny.some(
    (action) => action === "*" || action === `${service}:*` || action === `${service}:${operation}`,
  );
}
