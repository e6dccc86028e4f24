import type { TimeSource } from "./emulator-clock.js";
import type { RawRequest } from "./http/raw-request.js";
import type { Caller } from "./identity/caller.js";
import type { Directory } from "./identity/directory.js";
import type { Sessions } from "./identity/sessions.js";
import { type CanonicalRequestInput, canonicalRequest } from "./sigv4/canonical-request.js";
import { constantTimeEqual } from "./sigv4/constant-time-equal.js";
import { RequestRefused } from "./sigv4/refusal.js";
import { requireScope } from "./sigv4/scope.js";
import { signature, stringToSign } from "./sigv4/signature.js";
import { readSignatureClaim, type SignatureClaim } from "./sigv4/signature-claim.js";
import { requireSignedHeaders } from "./sigv4/signed-headers.js";
import { requireTimely } from "./sigv4/validity.js";

/** How one service signs. */
export interface SigningProfile {
  readonly service: string;
  readonly pathEncoding: CanonicalRequestInput["pathEncoding"];
  readonly maxClockSkewMs: number;
  payloadHash(request: RawRequest, claim: SignatureClaim): string;
}

export interface AuthenticationContext {
  readonly clock: TimeSource;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly regions: ReadonlySet<string>;
  /** Regions where the sessions of STS's global endpoint are not taken. */
  readonly optInRegions: ReadonlySet<string>;
}

/**
 * Who signed the request. Throws {@link RequestRefused} unless everything a signature covers is as it was signed, the
 * signer is known, and now is within its time.
 */
export function authenticate(request: RawRequest, profile: SigningProfile, context: AuthenticationContext): Caller {
  const claim = readSignatureClaim(request);
  if (claim === undefined) throw new RequestRefused({ reason: "missing-authentication" });
  const { secretAccessKey, caller } = findKey(claim, context);
  requireScope(claim, profile.service, context.regions);
  requireTimely(claim, context.clock.now(), profile.maxClockSkewMs);
  requireSignedHeaders(request, claim.signedHeaders);
  requireSignature(request, { claim, profile, secretAccessKey });
  return caller;
}

function findKey(
  claim: SignatureClaim,
  { directory, sessions, optInRegions }: AuthenticationContext,
): { secretAccessKey: string; caller: Caller } {
  const { accessKeyId, sessionToken, scope } = claim;
  const session = sessions.session(accessKeyId);
  const key = session ?? directory.longTermKey(accessKeyId);
  if (key === undefined) throw new RequestRefused({ reason: "unknown-key", accessKeyId });
  if (session === undefined) {
    if (sessionToken !== undefined) throw new RequestRefused({ reason: "invalid-token" });
    return key;
  }
  if (sessionToken === undefined) throw new RequestRefused({ reason: "missing-token", accessKeyId });
  const worth = sessions.check(accessKeyId, sessionToken);
  if (worth === "invalid") throw new RequestRefused({ reason: "invalid-token" });
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
  if (session.global && optInRegions.has(scope.region)) throw new RequestRefused({ reason: "invalid-token" });
  if (worth === "expired") throw new RequestRefused({ reason: "expired-token" });
  return key;
}

function requireSignature(
  request: RawRequest,
  { claim, profile, secretAccessKey }: { claim: SignatureClaim; profile: SigningProfile; secretAccessKey: string },
): void {
  const text = stringToSign(
    claim.amzDate,
    claim.scope,
    canonicalRequest({
      request,
      signedHeaders: claim.signedHeaders,
      payloadHash: profile.payloadHash(request, claim),
      pathEncoding: profile.pathEncoding,
    }),
  );
  if (!constantTimeEqual(claim.signature, signature(secretAccessKey, claim.scope, text))) {
    throw new RequestRefused({ reason: "signature-mismatch", accessKeyId: claim.accessKeyId, stringToSign: text });
  }
}
