export type { CredentialCacheOptions, RefreshOptions } from "./cache/cache-options.js";
export { type CacheStats, type CredentialCache, createCredentialCache } from "./cache/credential-cache.js";
export type { BackoffInput } from "./cache/refresh-policy.js";
export { sharedCache } from "./cache/shared-cache.js";
export { chain } from "./chain/chain.js";
export type { Clock, ScheduledCall } from "./clock.js";
export type { EntryEvent, FailoverEvent, RefreshEvent } from "./diagnostics.js";
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
export type { AdjustmentOptions } from "./providers/adjustments.js";
export type { AccountOptions } from "./providers/allowed-accounts.js";
export type { AssumeRoleOptions, ProvidedContext } from "./providers/assume-role-options.js";
export { fromAssumeRole } from "./providers/from-assume-role.js";
export { type EnvOptions, fromEnv } from "./providers/from-env.js";
export { type AdoptOptions, fromProvider, type SdkCredentialProvider } from "./providers/from-provider.js";
export { fromSource, type SourceOptions } from "./providers/from-source.js";
export { fromStatic, type StaticOptions } from "./providers/from-static.js";
export type { TokenCodeProvider } from "./providers/mfa-code.js";
export type { StsOptions, StsRegion } from "./sts/sts-options.js";
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
