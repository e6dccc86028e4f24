import { checkAssertionOptions, checkIdpOptions } from "./check-saml-options.js";
import { generateIdpKey, type IdpKey } from "./idp-keys.js";
import { renderMetadata } from "./render-metadata.js";
import { type ResponseContext, renderResponse } from "./render-response.js";
import type { SamlAssertionOptions } from "./saml-assertion-options.js";
import type { SamlIdp, SamlIdpOptions } from "./saml-idp.js";
import { signResponse } from "./sign-response.js";

const defaultEntityId = "https://idp.example.com/saml";

/**
 * Makes a SAML identity provider, whose assertions an emulator exchanges for credentials once its metadata is that of one
 * of the emulator's SAML providers.
 *
 * @throws {TypeError} when an option is unknown or out of bounds.
 */
export function createSamlIdp(options: SamlIdpOptions = {}): SamlIdp {
  checkIdpOptions("", options);
  const { entityId = defaultEntityId } = options;
  return createIdp(options, { entityId, signOnUrl: `${entityId}/sso` });
}

/** The identity provider proper, with its addresses. */
export function createIdp(
  { clock = { now: () => Date.now() } }: SamlIdpOptions,
  { entityId, signOnUrl }: { readonly entityId: string; readonly signOnUrl: string },
): SamlIdp {
  const key = generateIdpKey();
  let stranger: IdpKey | undefined;
  return {
    entityId,
    metadata: renderMetadata(entityId, signOnUrl, key.publicKey),
    assertion(options): string {
      checkAssertionOptions("", options);
      if (options.sign === "wrong-key") stranger ??= generateIdpKey();
      const context = { entityId, nowMs: clock.now() };
      const response = issueResponse(options, context, options.sign === "wrong-key" ? (stranger ?? key) : key);
      return Buffer.from(response, "utf8").toString("base64");
    },
  };
}

function issueResponse(options: SamlAssertionOptions, context: ResponseContext, key: IdpKey): string {
  const response = renderResponse(options, context);
  if (options.sign === "none") return response;
  const signed = signResponse(response, options.signed ?? "assertion", key);
  return options.sign === "tampered" ? withOtherSubject(signed) : signed;
}

function withOtherSubject(signed: string): string {
  return signed.replace("</saml:NameID>", "-tampered</saml:NameID>");
}
