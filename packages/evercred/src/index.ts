export type { CredentialCacheOptions, RefreshOptions } from "./cache/cache-options.js";
export { type CacheStats, type CredentialCache, createCredentialCache } from "./cache/credential-cache.js";
export type { BackoffInput } from "./cache/refresh-policy.js";
export { sharedCache } from "./cache/shared-cache.js";
export type { Clock, ScheduledCall } from "./clock.js";
export type { EntryEvent, RefreshEvent } from "./diagnostics.js";
export {
  CredentialsChainError,
  CredentialsConfigError,
  CredentialsDeniedError,
  CredentialsError,
  type CredentialsErrorCode,
  CredentialsExpiredError,
  CredentialsTimeoutError,
  CredentialsTransientError,
  CredentialsUnavailableError,
  type ServiceRefusal,
} from "./errors.js";
export type {
  CallerClientConfig,
  CredentialDetails,
  CredentialPhase,
  CredentialProvider,
  CredentialRequest,
  CredentialSource,
  CredentialStatus,
  Credentials,
  KeyParts,
  KeyValue,
  LoadContext,
  LoadedCredentials,
} from "./types.js";
