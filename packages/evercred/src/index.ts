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
export type { FederatedRoleOptions } from "./providers/federated-role.js";
export { fromAssumeRole } from "./providers/from-assume-role.js";
export { type AssumeRootOptions, fromAssumeRoot } from "./providers/from-assume-root.js";
export { type EnvOptions, fromEnv } from "./providers/from-env.js";
export { type FederationTokenOptions, fromFederationToken } from "./providers/from-federation-token.js";
export { fromMfaSession, type MfaSessionOptions } from "./providers/from-mfa-session.js";
export { type AdoptOptions, fromProvider, type SdkCredentialProvider } from "./providers/from-provider.js";
export { fromSaml, type SamlOptions } from "./providers/from-saml.js";
export { fromSource, type SourceOptions } from "./providers/from-source.js";
export { fromStatic, type StaticOptions } from "./providers/from-static.js";
export { fromWebIdentity, type WebIdentityOptions } from "./providers/from-web-identity.js";
export {
  getWebIdentityToken,
  type WebIdentityTokenOptions,
  type WebIdentityTokenProvider,
  type WebIdentityTokenStatus,
} from "./providers/get-web-identity-token.js";
export type { TokenCodeProvider } from "./providers/mfa-code.js";
export type { SamlAssertionSource } from "./providers/saml/assertion-desk.js";
export { listSamlRoles, type SamlRoles } from "./providers/saml/list-saml-roles.js";
export type { SamlRole } from "./providers/saml/saml-role.js";
export {
  type AzureManagedIdentityTokenOptions,
  azureManagedIdentityToken,
} from "./providers/tokens/azure-managed-identity-token.js";
export { type GithubActionsTokenOptions, githubActionsToken } from "./providers/tokens/github-actions-token.js";
export { type GoogleIdentityTokenOptions, googleIdentityToken } from "./providers/tokens/google-identity-token.js";
export {
  type KubernetesTokenOptions,
  kubernetesServiceAccountToken,
} from "./providers/tokens/kubernetes-service-account-token.js";
export { oidcClientCredentials } from "./providers/tokens/oidc-client-credentials.js";
export type { ClientSecretProvider, OidcClientCredentialsOptions } from "./providers/tokens/oidc-client-options.js";
export type { TokenRequest, WebIdentityTokenSource } from "./providers/tokens/token-source.js";
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
