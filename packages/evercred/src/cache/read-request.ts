import { CredentialsConfigError } from "../errors.js";
import type { CredentialRequest } from "../types.js";
import { kindOf } from "./option-checks.js";

/** Whether a request asks for nothing that the hot path would have to look at. */
export function isPlain(request: CredentialRequest): boolean {
  return (
    request.minRemainingMs === undefined &&
    (request.forceRefresh === undefined || request.forceRefresh === false) &&
    request.signal === undefined
  );
}

/**
 * The minimum remaining lifetime of a request, checked.
 *
 * @throws {@link CredentialsConfigError}
 */
export function readMinRemainingMs(request: CredentialRequest): number {
  const { minRemainingMs = 0 } = request;
  if (typeof minRemainingMs !== "number" || !Number.isFinite(minRemainingMs) || minRemainingMs < 0) {
    throw new CredentialsConfigError(
      `\`minRemainingMs\` must be a finite number of milliseconds, 0 or more; got ${String(minRemainingMs)}.`,
    );
  }
  return minRemainingMs;
}

/**
 * The abort signal of a request, checked.
 *
 * @throws {@link CredentialsConfigError}, or the signal's reason when it is aborted already.
 */
export function readSignal(request: CredentialRequest): AbortSignal | undefined {
  const { signal } = request;
  if (signal === undefined) {
    return undefined;
  }
  // By its shape: a signal of another realm is a signal.
  if (typeof signal?.addEventListener !== "function" || typeof signal.aborted !== "boolean") {
    throw new CredentialsConfigError(`\`signal\` must be an AbortSignal; got ${kindOf(signal)}.`);
  }
  if (signal.aborted) {
    throw signal.reason;
  }
  return signal;
}
