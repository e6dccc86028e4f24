import { CredentialsDeniedError, CredentialsTransientError } from "../../src/index.js";

/** A failure that repeating can help. */
export function throttled(): CredentialsTransientError {
  return new CredentialsTransientError("STS throttled the call. Ask less often.");
}

/** A failure that repeating cannot help. */
export function denied(): CredentialsDeniedError {
  return new CredentialsDeniedError("STS refused AssumeRole. Mend the trust policy.", {
    serviceCode: "AccessDenied",
    operation: "AssumeRole",
  });
}
