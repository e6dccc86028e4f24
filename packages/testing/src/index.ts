export type { AwsEmulator, AwsEmulatorOptions } from "./aws-emulator.js";
export type { EmulatorClock, TimeSource } from "./emulator-clock.js";
export { createFakeClock, type FakeClock } from "./fake-clock.js";
export type { EmulatorFault, FaultTarget } from "./faults/emulator-fault.js";
export type { FaultKind } from "./faults/fault-kind.js";
export type { AddedRole, EmulatorRole, TrustPolicy } from "./identity/emulator-role.js";
export type { EmulatorRootUser } from "./identity/emulator-root-user.js";
export type { EmulatorSession } from "./identity/emulator-session.js";
export type { AddedUser, EmulatorUser } from "./identity/emulator-user.js";
export type {
  AddedIdentityProvider,
  EmulatorOidcProvider,
  EmulatorSamlProvider,
} from "./identity/identity-providers.js";
export type {
  OidcClient,
  OidcEndpoint,
  OidcIssuer,
  OidcIssuerOptions,
  OidcOutage,
  OidcRequest,
} from "./oidc/oidc-issuer.js";
export type { OidcTokenOptions } from "./oidc/oidc-token-options.js";
export { startOidcIssuer } from "./oidc/start-oidc-issuer.js";
export type { RecordedRequest } from "./record/recorded-request.js";
export { createSamlIdp } from "./saml/create-saml-idp.js";
export type { SamlAssertionOptions, SamlRole } from "./saml/saml-assertion-options.js";
export type { SamlIdp, SamlIdpOptions, SamlUser, StartedSamlIdp, StartSamlIdpOptions } from "./saml/saml-idp.js";
export { startSamlIdp } from "./saml/start-saml-idp.js";
export { startAwsEmulator } from "./start-aws-emulator.js";
