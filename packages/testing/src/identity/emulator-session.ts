/** A session that the emulator gave, without its secrets. */
export interface EmulatorSession {
  /** Which operation gave it: AssumeRole and its kin, GetSessionToken, GetFederationToken, AssumeRoot. */
  readonly kind: "role-session" | "session-token" | "federated-user" | "root-session";
  /** The ARN it acts under. */
  readonly principal: string;
  /** When it ends, or would have, if a test had not ended it before. */
  readonly expiration: Date;
  /** The inline session policy, as it came. */
  readonly policy?: string;
  /** The managed session policies; of a root session, its task policy. */
  readonly policyArns: readonly string[];
  /** The principal tags, those that a chain passed on included. */
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity?: string;
  /** The MFA device that was proved. */
  readonly mfaSerialNumber?: string;
  /** The ARN of the OIDC or SAML provider. */
  readonly federatedProvider?: string;
}
