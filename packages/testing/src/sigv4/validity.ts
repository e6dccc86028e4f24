import { parseAmzDate } from "./amz-date.js";
import { RequestRefused } from "./refusal.js";
import type { SignatureClaim } from "./signature-claim.js";

const weekSeconds = 604_800;
const defaultExpiresSeconds = 900;

/** Requires now to be near the time a request was signed; for a presigned one, within the time it was given. */
export function requireTimely(claim: SignatureClaim, nowMs: number, maxClockSkewMs: number): void {
  const { via } = claim;
  const signedAtMs = parseAmzDate(claim.amzDate);
  if (signedAtMs === undefined) {
    throw new RequestRefused({
      reason: "malformed",
      via,
      detail: "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
    });
  }
  const early = { signedAtMs, nowMs, allowedMs: maxClockSkewMs };
  if (signedAtMs > nowMs + maxClockSkewMs) throw new RequestRefused({ reason: "not-yet-valid", via, window: early });
  const late = { signedAtMs, nowMs, allowedMs: via === "query" ? expiresMs(claim) : maxClockSkewMs };
  if (nowMs > signedAtMs + late.allowedMs) throw new RequestRefused({ reason: "expired", via, window: late });
}

function expiresMs(claim: SignatureClaim): number {
  const text = claim.expires ?? String(defaultExpiresSeconds);
  const seconds = Number(text);
  if (!/^\d+$/.test(text)) throw malformed("X-Amz-Expires should be a number");
  if (seconds > weekSeconds) {
    throw malformed(
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  }
  return seconds * 1000;
}

function malformed(detail: string): RequestRefused {
  return new RequestRefused({ reason: "malformed", via: "query", detail });
}
