/** A role a user may assume, and the SAML provider of IAM that the role trusts. */
export interface SamlRole {
  readonly roleArn: string;
  readonly principalArn: string;
}

/** What an assertion says, and what is wrong with it. */
export interface SamlAssertionOptions {
  /** The roles that the user may assume. */
  readonly roles: readonly SamlRole[];
  /** Which ARN of a pair comes first; AWS takes both. Default: `role-first`. */
  readonly order?: "role-first" | "provider-first";
  /** The attribute `RoleSessionName`. Default: the subject. */
  readonly sessionName?: string;
  /** The attribute `SessionDuration`, in seconds. Default: none. */
  readonly sessionDurationSeconds?: number;
  /** The attribute `SourceIdentity`. Default: none. */
  readonly sourceIdentity?: string;
  /** Session tags: the attributes `PrincipalTag:…`. Default: none. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The attribute `TransitiveTagKeys`. Default: none. */
  readonly transitiveTagKeys?: readonly string[];
  /** Further attributes by their whole names. They win over the others; one that is `undefined` is left out. */
  readonly attributes?: Readonly<Record<string, readonly string[] | undefined>>;
  /** The `NameID`. Default: `alice`. */
  readonly subject?: string;
  /** The format of the `NameID`. Default: `urn:oasis:names:tc:SAML:2.0:nameid-format:persistent`. */
  readonly subjectFormat?: string;
  /** The `Issuer`. Default: the identity provider's entity id. */
  readonly issuer?: string;
  /** Default: `https://signin.aws.amazon.com/saml`. */
  readonly audience?: string;
  /** Where the assertion may be posted to. Default: `https://signin.aws.amazon.com/saml`. */
  readonly recipient?: string;
  /** Default: now. AWS takes an assertion for five minutes from then. */
  readonly issuedAt?: Date;
  /** Default: {@link issuedAt}. */
  readonly notBefore?: Date;
  /** Default: five minutes after {@link issuedAt}. */
  readonly notOnOrAfter?: Date;
  /** When sessions end at the latest. Default: the assertion says nothing of it. */
  readonly sessionNotOnOrAfter?: Date;
  /** Default: `urn:oasis:names:tc:SAML:2.0:status:Success`. */
  readonly status?: string;
  /** What the signature covers. Default: `assertion`. */
  readonly signed?: "assertion" | "response";
  /**
   * `wrong-key` signs with a key that is not in the metadata, and brings it along in the signature; `tampered` changes the
   * subject after signing; `none` does not sign. Default: `valid`.
   */
  readonly sign?: "valid" | "wrong-key" | "tampered" | "none";
}
