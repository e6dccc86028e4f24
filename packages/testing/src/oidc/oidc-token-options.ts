/** What a token says, and what is wrong with it. */
export interface OidcTokenOptions {
  /** The claim `aud`. Default: `sts.amazonaws.com`. */
  readonly audience?: string | readonly string[];
  /** The claim `sub`. Default: `subject`. */
  readonly subject?: string;
  /**
   * When the token expires, in seconds from now; negative for one that did. AWS takes a token for five minutes more, to
   * allow for clocks that differ: one that is refused needs -301. Default: 3600.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html
   */
  readonly expiresInSeconds?: number;
  /** The claim `nbf`, in seconds from now. Default: the token has none. */
  readonly notBeforeSeconds?: number;
  /** Further claims. They win over the others; one that is `undefined` is left out: `{ aud: undefined }`. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /**
   * `wrong-key` signs with a key that is not published, under the id of the one that is; `tampered` changes the subject
   * after signing; `none` does not sign (`alg: none`). Default: `valid`.
   */
  readonly sign?: "valid" | "wrong-key" | "tampered" | "none";
  /** The header `kid`. Default: that of the key in use. */
  readonly keyId?: string;
}
