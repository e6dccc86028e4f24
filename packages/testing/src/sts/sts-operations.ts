import { assumeRole } from "./assume-role.js";
import { assumeRoleWithSaml } from "./assume-role-with-saml.js";
import { assumeRoleWithWebIdentity } from "./assume-role-with-web-identity.js";
import { assumeRoot } from "./assume-root.js";
import { getAccessKeyInfo } from "./get-access-key-info.js";
import { getCallerIdentity } from "./get-caller-identity.js";
import { getFederationToken } from "./get-federation-token.js";
import { getSessionToken } from "./get-session-token.js";
import { getWebIdentityToken } from "./get-web-identity-token.js";
import type { StsOperation, UnsignedStsOperation } from "./sts-operation.js";

/** The operations that a caller signs. */
export const signedOperations: ReadonlyMap<string, StsOperation> = new Map<string, StsOperation>([
  ["AssumeRole", assumeRole],
  ["AssumeRoot", assumeRoot],
  ["GetAccessKeyInfo", getAccessKeyInfo],
  ["GetCallerIdentity", getCallerIdentity],
  ["GetFederationToken", getFederationToken],
  ["GetSessionToken", getSessionToken],
  ["GetWebIdentityToken", getWebIdentityToken],
]);

/** The operations that take a token or an assertion in place of a signature. */
export const unsignedOperations: ReadonlyMap<string, UnsignedStsOperation> = new Map<string, UnsignedStsOperation>([
  ["AssumeRoleWithSAML", assumeRoleWithSaml],
  ["AssumeRoleWithWebIdentity", assumeRoleWithWebIdentity],
]);

export const stsOperationNames: readonly string[] = [...signedOperations.keys(), ...unsignedOperations.keys()];
