import { AwsError } from "../aws-error.js";

/**
 * Refuses a token or an assertion.
 *
 * @param message - Default: what AWS's reference says of the error, for causes whose own words AWS does not publish.
 */
export function invalidIdentityToken(
  message = "The web identity token that was passed could not be validated by Amazon Web Services. Get a new identity token from the identity provider and then retry the request.",
): AwsError {
  return new AwsError({ status: 400, code: "InvalidIdentityToken" }, message);
}

export function expiredToken(message: string): AwsError {
  return new AwsError({ status: 400, code: "ExpiredTokenException" }, message);
}

export function idpRejectedClaim(): AwsError {
  return new AwsError(
    { status: 403, code: "IDPRejectedClaim" },
    "The identity provider (IdP) reported that authentication failed. This might be because the claim is invalid.",
  );
}

export function idpCommunicationError(): AwsError {
  return new AwsError(
    { status: 400, code: "IDPCommunicationError" },
    "The request could not be fulfilled because the identity provider (IDP) that was asked to verify the incoming identity token could not be reached. This is often a transient error caused by network conditions. Retry the request a limited number of times so that you don't exceed the request rate. If the error persists, the identity provider might be down or not responding.",
  );
}
