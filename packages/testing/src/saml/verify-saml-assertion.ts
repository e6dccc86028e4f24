import type { TimeSource } from "../emulator-clock.js";
import type { SamlProvider } from "../identity/identity-providers.js";
import { expiredToken, idpRejectedClaim, invalidIdentityToken } from "../sts/identity-token-error.js";
import { type AssertionClaims, readAssertionClaims } from "./assertion-claims.js";
import { attributeOf, isElement, onlyChild, parseXml } from "./parse-xml.js";
import { readMetadata } from "./read-metadata.js";
import { samlNamespaces, successStatus } from "./saml-names.js";
import { verifiedAssertion } from "./verified-assertion.js";

/** An assertion that was verified. */
export interface SamlIdentity extends AssertionClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly recipient: string;
  /** When sessions end at the latest, in epoch milliseconds; `undefined` when the assertion says nothing of it. */
  readonly sessionEndMs: number | undefined;
}

const redeemableMs = 300_000;
const { protocol } = samlNamespaces;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html */
const signInUrl =
  /^https:\/\/(?:[a-z0-9-]+\.)?signin\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com|amazonaws-eusc\.eu)\/(?:static\/)?saml(?:\/acs\/[\w-]+)?$/;
const webServices = /^urn:amazon:webservices(?::[a-z-]+)?$/;

/**
 * Verifies a SAML response with the keys of a provider's metadata. Throws `AwsError` unless the provider issued its
 * assertion, for AWS, and it is within its time.
 */
export function verifySamlAssertion(
  encoded: string,
  provider: SamlProvider,
  { now }: { now: TimeSource["now"] },
): SamlIdentity {
  const text = decode(encoded);
  const response = parsed(text);
  const status = attributeOf(onlyChild(onlyChild(response, protocol, "Status"), protocol, "StatusCode"), "Value");
  if (status !== successStatus) throw idpRejectedClaim();
  const { keys, entityId } = readMetadata(provider.metadata);
  const assertion = verifiedAssertion({ response, text }, keys);
  if (assertion === undefined) throw invalidIdentityToken("Response signature invalid");
  const claims = readAssertionClaims(assertion);
  const { issuer, subject, recipient } = claims;
  if (issuer === undefined || issuer !== entityId) {
    throw invalidIdentityToken("Issuer not present in specified provider");
  }
  if (subject === undefined || recipient === undefined || !signInUrl.test(recipient)) throw invalidIdentityToken();
  if (!claims.audiences.some((audience) => signInUrl.test(audience) || webServices.test(audience))) {
    throw invalidIdentityToken("Response does not contain the required audience.");
  }
  return { ...claims, issuer, subject, recipient, sessionEndMs: requireTimely(claims, now()) };
}

function decode(encoded: string): string {
  const compact = encoded.replace(/\s+/g, "");
  const wellFormed = compact.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(compact);
  if (!wellFormed) throw invalidIdentityToken("Invalid base64 SAMLResponse");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(compact, "base64"));
  } catch {
    throw invalidIdentityToken("Invalid base64 SAMLResponse");
  }
}

function parsed(text: string): Element {
  let response: Element;
  try {
    response = parseXml(text);
  } catch {
    throw invalidIdentityToken();
  }
  if (!isElement(response, protocol, "Response")) throw invalidIdentityToken();
  return response;
}

/** Requires that now is within the assertion's times. Answers when its sessions end. */
function requireTimely(claims: AssertionClaims, nowMs: number): number | undefined {
  const [issuedAtMs, ...endsMs] = [claims.issuedAt, ...claims.notOnOrAfter].map(epochMs);
  const notBeforeMs = claims.notBefore === undefined ? nowMs : epochMs(claims.notBefore);
  const sessionEndMs = claims.sessionNotOnOrAfter === undefined ? undefined : epochMs(claims.sessionNotOnOrAfter);
  if (nowMs >= (issuedAtMs ?? Number.NaN) + redeemableMs) {
    throw expiredToken("Token must be redeemed within 5 minutes of issuance");
  }
  if ([...endsMs, sessionEndMs ?? Number.POSITIVE_INFINITY].some((endMs) => nowMs >= endMs)) {
    throw expiredToken("Response has expired");
  }
  if (nowMs < notBeforeMs) throw invalidIdentityToken();
  return sessionEndMs;
}

function epochMs(time: string | undefined): number {
  const ms =
    time !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(time) ? Date.parse(time) : Number.NaN;
  if (Number.isNaN(ms)) throw invalidIdentityToken();
  return ms;
}
