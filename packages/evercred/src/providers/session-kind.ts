import type { SessionKind } from "../cache/provider-internals.js";
import { CredentialsConfigError } from "../errors.js";
import type { Credentials } from "../types.js";

/** The operations of STS that are signed, but for GetCallerIdentity, which anybody may call. */
export type SignedOperation =
  | "AssumeRole"
  | "AssumeRoot"
  | "GetFederationToken"
  | "GetSessionToken"
  | "GetWebIdentityToken"
  | "GetCallerIdentity";

const WHOSE: Readonly<Record<SessionKind, string>> = {
  role: "a role's session",
  "session-token": "the session of GetSessionToken",
  federation: "a federated user's session",
  root: "a root task's session",
};

/** What each kind of temporary credentials may call. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html */
const MAY_CALL: Readonly<Record<SessionKind, readonly SignedOperation[]>> = {
  role: ["AssumeRole", "AssumeRoot", "GetWebIdentityToken", "GetCallerIdentity"],
  "session-token": ["AssumeRole", "GetCallerIdentity"],
  federation: ["GetCallerIdentity"],
  root: ["GetCallerIdentity"],
};

const DO_IT_RIGHT: Readonly<Record<SignedOperation, string>> = {
  AssumeRole:
    "Sign with an IAM user's access key, with fromMfaSession, or with a role, and assume the role with that directly.",
  AssumeRoot: "Sign with an IAM user's access key or a role of the management or the delegated administrator account.",
  GetFederationToken:
    "Sign with an IAM user's long-term access key. To narrow a role, give it a `policy`: fromAssumeRole({ policy }).",
  GetSessionToken:
    "Sign with an IAM user's long-term access key. For a role with MFA, put the MFA session below it: " +
    "fromAssumeRole({ source: fromMfaSession(…) }).",
  GetWebIdentityToken: "Sign with an IAM user's access key or with a role.",
  GetCallerIdentity: "",
};

/** These take long-term access keys only. */
const LONG_TERM_ONLY: readonly SignedOperation[] = ["GetFederationToken", "GetSessionToken"];

/**
 * Refuses, before the call, what AWS lets no such session do.
 *
 * @throws {@link CredentialsConfigError} with the way to do it right.
 */
export function requireMayCall(operation: SignedOperation, session: SessionKind | undefined): void {
  if (session !== undefined && !MAY_CALL[session].includes(operation)) {
    throw new CredentialsConfigError(
      `\`source\` is ${WHOSE[session]}, with which AWS lets nobody call ${operation}. ${DO_IT_RIGHT[operation]}`,
    );
  }
}

/**
 * The same for credentials whose kind shows only now: those with a session token are temporary.
 *
 * @throws {@link CredentialsConfigError} with the way to do it right.
 */
export function requireLongTerm(operation: SignedOperation, credentials: Credentials, signer: string): void {
  if (LONG_TERM_ONLY.includes(operation) && credentials.sessionToken !== undefined) {
    throw new CredentialsConfigError(
      `The credentials that sign (source: ${signer}) have a session token, and so are temporary: AWS lets nobody call ` +
        `${operation} with those. ${DO_IT_RIGHT[operation]}`,
    );
  }
}
