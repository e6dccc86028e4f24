import { AwsError } from "../aws-error.js";
import { shownAccessKeyId } from "../identity/shown-access-key-id.js";
import type { Refusal, SigningWindow } from "../sigv4/refusal.js";

/**
 * S3's own status, code and words for a request it does not believe.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
 */
export function s3Refusal(refusal: Refusal): AwsError {
  switch (refusal.reason) {
    case "missing-authentication":
      return denied("Access Denied");
    case "malformed":
      return new AwsError({ status: 400, code: malformedCode(refusal.via) }, refusal.detail);
    case "two-mechanisms":
      return invalidArgument(
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
      );
    case "token-twice":
      return invalidArgument("X-Amz-Security-Token must be in the header or in the query, not in both");
    case "unknown-key":
    case "missing-token":
      return unknownKey(refusal.accessKeyId);
    case "invalid-token":
      return new AwsError(
        { status: 400, code: "InvalidToken" },
        "The provided token is malformed or otherwise invalid.",
      );
    case "expired-token":
      return new AwsError({ status: 400, code: "ExpiredToken" }, "The provided token has expired.");
    case "wrong-scope":
      return wrongScope(refusal);
    case "expired":
      return refusal.via === "query" ? presignedExpired(refusal.window) : timeTooSkewed(refusal.window);
    case "not-yet-valid":
      return refusal.via === "query" ? denied("Request is not valid yet") : timeTooSkewed(refusal.window);
    case "host-not-signed":
      return unsignedHeaders(["host"]);
    case "headers-not-signed":
      return unsignedHeaders(refusal.names);
    case "signature-mismatch":
      return signatureMismatch(refusal);
    default:
      return payloadRefusal(refusal);
  }
}

type PayloadRefusal = Extract<Refusal, { reason: `${string}payload${string}` | "checksum-mismatch" }>;

function payloadRefusal(refusal: PayloadRefusal): AwsError {
  switch (refusal.reason) {
    case "missing-payload-hash":
      return new AwsError(
        { status: 400, code: "InvalidRequest" },
        "Missing required header for this request: x-amz-content-sha256",
      );
    case "unsupported-payload-hash":
      return invalidArgument(
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER or a valid sha256 value.",
      );
    case "payload-mismatch":
      return new AwsError(
        { status: 400, code: "XAmzContentSHA256Mismatch" },
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        { ClientComputedContentSHA256: refusal.claimed, S3ComputedContentSHA256: refusal.computed },
      );
    case "checksum-mismatch":
      return new AwsError(
        { status: 400, code: "BadDigest" },
        `The ${refusal.name} you specified did not match the calculated checksum.`,
      );
    case "malformed-payload":
      return new AwsError({ status: 400, code: "IncompleteBody" }, `${refusal.detail}.`);
  }
}

function wrongScope(refusal: Extract<Refusal, { reason: "wrong-scope" }>): AwsError {
  const { part, found, expected, via } = refusal;
  const kind = { status: 400, code: malformedCode(via) };
  const subject =
    via === "query" ? "Error parsing the X-Amz-Credential parameter" : "The authorization header is malformed";
  if (part === "region") {
    return new AwsError(kind, `${subject}; the region '${found}' is wrong; expecting '${expected}'`, {
      Region: expected,
    });
  }
  if (part === "service") {
    return new AwsError(kind, `${subject}; incorrect service "${found}". This endpoint belongs to "${expected}".`);
  }
  if (part === "terminator")
    return new AwsError(kind, `${subject}; incorrect terminal "${found}". This endpoint uses "${expected}".`);
  return new AwsError(
    kind,
    `${subject}; Invalid credential date "${found}". This date is not the same as X-Amz-Date: "${expected}".`,
  );
}

function signatureMismatch({
  accessKeyId,
  stringToSign,
}: Extract<Refusal, { reason: "signature-mismatch" }>): AwsError {
  // S3 also gives the canonical request, which holds the session token: what a test prints, this keeps to itself.
  return new AwsError(
    { status: 403, code: "SignatureDoesNotMatch" },
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    { AWSAccessKeyId: accessKeyId, StringToSign: stringToSign },
  );
}

function presignedExpired({ signedAtMs, nowMs, allowedMs }: SigningWindow): AwsError {
  return denied("Request has expired", {
    "X-Amz-Expires": String(allowedMs / 1000),
    Expires: new Date(signedAtMs + allowedMs).toISOString(),
    ServerTime: new Date(nowMs).toISOString(),
  });
}

function timeTooSkewed({ signedAtMs, nowMs, allowedMs }: SigningWindow): AwsError {
  return new AwsError(
    { status: 403, code: "RequestTimeTooSkewed" },
    "The difference between the request time and the current time is too large.",
    {
      RequestTime: new Date(signedAtMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
      MaxAllowedSkewMilliseconds: String(allowedMs),
    },
  );
}

function unknownKey(accessKeyId: string): AwsError {
  const message = "The AWS Access Key Id you provided does not exist in our records.";
  return new AwsError({ status: 403, code: "InvalidAccessKeyId" }, message, {
    AWSAccessKeyId: shownAccessKeyId(accessKeyId),
  });
}

function unsignedHeaders(names: readonly string[]): AwsError {
  return denied("There were headers present in the request which were not signed", {
    HeadersNotSigned: names.join(", "),
  });
}

function denied(message: string, fields: Readonly<Record<string, string>> = {}): AwsError {
  return new AwsError({ status: 403, code: "AccessDenied" }, message, fields);
}

function invalidArgument(message: string): AwsError {
  return new AwsError({ status: 400, code: "InvalidArgument" }, message);
}

function malformedCode(via: "header" | "query"): string {
  return via === "query" ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed";
}
