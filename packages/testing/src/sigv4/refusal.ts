/** Why a request was not believed. Each service has its own status, code and words for each of these. */
export type Refusal =
  | { readonly reason: "missing-authentication" }
  | { readonly reason: "malformed"; readonly via: "header" | "query"; readonly detail: string }
  | { readonly reason: "two-mechanisms" }
  | { readonly reason: "token-twice" }
  | { readonly reason: "unknown-key"; readonly accessKeyId: string }
  | { readonly reason: "missing-token"; readonly accessKeyId: string }
  | { readonly reason: "invalid-token" }
  | { readonly reason: "expired-token" }
  | {
      readonly reason: "wrong-scope";
      readonly part: "date" | "region" | "service" | "terminator";
      readonly via: "header" | "query";
      readonly found: string;
      readonly expected: string;
    }
  | { readonly reason: "expired"; readonly via: "header" | "query"; readonly window: SigningWindow }
  | { readonly reason: "not-yet-valid"; readonly via: "header" | "query"; readonly window: SigningWindow }
  | { readonly reason: "host-not-signed" }
  | { readonly reason: "headers-not-signed"; readonly names: readonly string[] }
  | { readonly reason: "signature-mismatch"; readonly accessKeyId: string; readonly stringToSign: string }
  | { readonly reason: "missing-payload-hash" }
  | { readonly reason: "unsupported-payload-hash" }
  | { readonly reason: "payload-mismatch"; readonly claimed: string; readonly computed: string }
  | { readonly reason: "checksum-mismatch"; readonly name: string }
  | { readonly reason: "malformed-payload"; readonly detail: string };

/** The times that decided, in milliseconds since the epoch: when it was signed, the emulator's now, and what was allowed. */
export interface SigningWindow {
  readonly signedAtMs: number;
  readonly nowMs: number;
  readonly allowedMs: number;
}

/** Thrown on the way to believing a request; the service turns it into its own answer. */
export class RequestRefused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.reason);
    this.name = "RequestRefused";
    this.refusal = refusal;
  }
}
