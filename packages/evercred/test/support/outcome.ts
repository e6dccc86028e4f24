import { type Credentials, CredentialsError } from "../../src/index.js";

/** How a call ended, or that it has not. */
export interface Outcome {
  state: "waiting" | "answered" | "failed";
  credentials?: Credentials;
  error?: unknown;
}

/** Watches a call without waiting for it. */
export function watch(call: Promise<Credentials>): Outcome {
  const outcome: Outcome = { state: "waiting" };
  call.then(
    (credentials) => Object.assign(outcome, { state: "answered", credentials }),
    (error: unknown) => Object.assign(outcome, { state: "failed", error }),
  );
  return outcome;
}

/** The error of a call that must fail with one of ours. */
export async function failureOf(call: Promise<unknown>): Promise<CredentialsError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof CredentialsError)) {
    throw new Error("the call did not fail with a CredentialsError", { cause: error });
  }
  return error;
}
