import { type Check, kindOf, optional, refuse } from "../checks/check.js";
import { checkClock } from "../checks/clock-check.js";
import { objectOf } from "../checks/object-check.js";
import { anyText, listOf, numberOf, oneOf } from "../checks/value-checks.js";
import type { OidcClient, OidcIssuerOptions } from "./oidc-issuer.js";
import type { OidcTokenOptions } from "./oidc-token-options.js";

/** Checks the options of an issuer. */
export const checkIssuerOptions: Check = objectOf<OidcIssuerOptions>("the options of startOidcIssuer", {
  port: optional(numberOf({ min: 0, max: 65_535, whole: true })),
  clock: optional(checkClock),
  clients: optional(listOf("clients", objectOf<OidcClient>("a client", { clientId: anyText, clientSecret: anyText }))),
  algorithm: optional(oneOf(["RS256", "ES256"])),
});

const seconds = numberOf({ whole: true, unit: "of seconds" });
const audiences = listOf("audiences", anyText, { min: 1 });

/** Checks the options of a token. */
export const checkTokenOptions: Check = objectOf<OidcTokenOptions>("the options of a token", {
  audience: optional((path, value) => (Array.isArray(value) ? audiences : anyText)(path, value)),
  subject: optional(anyText),
  expiresInSeconds: optional(seconds),
  notBeforeSeconds: optional(seconds),
  claims: optional((path, value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      refuse(path, "an object of claims", kindOf(value));
    }
  }),
  sign: optional(oneOf(["valid", "wrong-key", "tampered", "none"])),
  keyId: optional(anyText),
});

export const checkEndpoint: Check = oneOf(["discovery", "jwks", "token", "github", "google", "azure"]);
export const checkOutage: Check = oneOf(["reset", "silence", "error", "malformed"]);
