import { AwsError } from "../aws-error.js";
import { formatAmzDate } from "../sigv4/amz-date.js";
import type { Refusal, SigningWindow } from "../sigv4/refusal.js";

const mismatchMessage =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/**
 * STS's own status, code and words for a request it does not believe.
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
export function stsRefusal(refusal: Refusal): AwsError {
  switch (refusal.reason) {
    case "missing-authentication":
      return new AwsError(
        { status: 403, code: "MissingAuthenticationToken" },
        "Request is missing Authentication Token",
      );
    case "malformed":
      return incomplete(refusal.detail);
    case "two-mechanisms":
      return incomplete("A request is signed in its header or in its query, not in both");
    case "token-twice":
      return incomplete("X-Amz-Security-Token must be in the header or in the query, not in both");
    case "unknown-key":
    case "missing-token":
    case "invalid-token":
      return new AwsError(
        { status: 403, code: "InvalidClientTokenId" },
        "The security token included in the request is invalid.",
      );
    case "expired-token":
      return new AwsError(
        { status: 403, code: "ExpiredToken" },
        "The security token included in the request is expired",
      );
    case "wrong-scope":
      return mismatch(wrongScope(refusal));
    case "expired":
      return mismatch(expired(refusal.window));
    case "not-yet-valid":
      return mismatch(notYetCurrent(refusal.window));
    case "host-not-signed":
      return mismatch("'Host' must be a 'SignedHeader' in the AWS Authorization.");
    case "headers-not-signed":
      return mismatch(`There were headers present in the request which were not signed: ${refusal.names.join(", ")}`);
    default:
      // STS hashes the body itself, so what S3 has separate words for shows here as another signature.
      return mismatch(mismatchMessage);
  }
}

function wrongScope(refusal: Extract<Refusal, { reason: "wrong-scope" }>): string {
  switch (refusal.part) {
    case "service":
      return `Credential should be scoped to correct service: '${refusal.expected}'. `;
    case "region":
      return "Credential should be scoped to a valid region. ";
    case "terminator":
      return `Credential should be scoped with a valid terminator: '${refusal.expected}'. `;
    case "date":
      return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${refusal.found}' != '${refusal.expected}'. `;
  }
}

function expired({ signedAtMs, nowMs, allowedMs }: SigningWindow): string {
  const oldest = formatAmzDate(nowMs - allowedMs);
  return `Signature expired: ${formatAmzDate(signedAtMs)} is now earlier than ${oldest} (${formatAmzDate(nowMs)} - ${minutes(allowedMs)} min.)`;
}

function notYetCurrent({ signedAtMs, nowMs, allowedMs }: SigningWindow): string {
  const newest = formatAmzDate(nowMs + allowedMs);
  return `Signature not yet current: ${formatAmzDate(signedAtMs)} is still later than ${newest} (${formatAmzDate(nowMs)} + ${minutes(allowedMs)} min.)`;
}

function minutes(ms: number): string {
  return String(Math.round(ms / 600) / 100);
}

function mismatch(message: string): AwsError {
  return new AwsError({ status: 403, code: "SignatureDoesNotMatch" }, message);
}

function incomplete(detail: string): AwsError {
  return new AwsError({ status: 400, code: "IncompleteSignature" }, `${detail}.`);
}
