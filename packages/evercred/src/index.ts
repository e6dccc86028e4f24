export type { CredentialCacheOptions, RefreshOptions } from "./cache/cache-options.js";
export { type CacheStats, type CredentialCache, createCredentialCache } from "./cache/credential-cache.js";
export type { BackoffInput } from "./cache/refresh-policy.js";
export { sharedCache } from "./cache/shared-cache.js";
export { chain } from "./chain/chain.js";
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
export type { AssumeRoleOptions, ProvidedContext, TokenCodeProvider } from "./providers/assume-role-options.js";
export { fromAssumeRole } from "./providers/from-assume-role.js";
export { type EnvOptions, fromEnv } from "./providers/from-env.js";
export { type AdoptOptions, fromProvider, type SdkCredentialProvider } from "./providers/from-provider.js";
export { fromSource, type SourceOptions } from "./providers/from-source.js";
export { fromStatic, type StaticOptions } from "./providers/from-static.js";
export type { StsOptions } from "./sts/sts-options.js";
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
