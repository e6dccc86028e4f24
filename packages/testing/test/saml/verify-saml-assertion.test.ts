import { describe, expect, test } from "vitest";
import { SignedXml } from "xml-crypto";
import { createFakeClock, createSamlIdp, type SamlAssertionOptions } from "../../src/index.js";
import { generateIdpKey } from "../../src/saml/idp-keys.js";
import { renderMetadata } from "../../src/saml/render-metadata.js";
import { renderResponse } from "../../src/saml/render-response.js";
import { signResponse } from "../../src/saml/sign-response.js";
import { verifySamlAssertion } from "../../src/saml/verify-saml-assertion.js";
import { encoded, pair, partsOf, providerOf, xmlOf } from "./saml-fixture.js";

const clock = createFakeClock();
const idp = createSamlIdp({ clock });
const provider = providerOf(idp);

function verify(samlResponse: string) {
  return verifySamlAssertion(samlResponse, provider, clock);
}

function issued(options: Partial<SamlAssertionOptions> = {}): string {
  return idp.assertion({ roles: [pair], ...options });
}

function at(offsetSeconds: number): Date {
  return new Date(clock.now() + offsetSeconds * 1000);
}

const badSignature = { code: "InvalidIdentityToken", message: "Response signature invalid" };
const invalid = { code: "InvalidIdentityToken" };
const unreadable = { code: "InvalidIdentityToken", message: expect.stringContaining("could not be validated") };

/** The `AwsError` that a verification ends with. */
function refusalOf(samlResponse: string): unknown {
  try {
    return verify(samlResponse);
  } catch (error) {
    return error;
  }
}

test("reads what was signed, whatever its values are made of", () => {
  const subject = `<&"'> $& ]]> ${"é"}`;
  expect(verify(issued({ subject, sessionName: "alice" }))).toMatchObject({ subject, issuer: idp.entityId });
});

test("takes a signature of the whole response, and line breaks in the base64", () => {
  const response = issued({ signed: "response" });
  expect(verify(response.replace(/(.{76})/g, "$1\n")).subject).toBe("alice");
});

describe("takes no signature", () => {
  test.each<[string, Partial<SamlAssertionOptions>]>([
    ["that is missing", { sign: "none" }],
    ["of another key, which it brings along", { sign: "wrong-key" }],
    ["over something else", { sign: "tampered" }],
    ["over something else, as a whole", { sign: "tampered", signed: "response" }],
  ])("%s", (_what, options) => {
    expect(refusalOf(issued(options))).toMatchObject(badSignature);
  });

  test("of another identity provider with the same name", () => {
    expect(refusalOf(createSamlIdp({ clock }).assertion({ roles: [pair] }))).toMatchObject(badSignature);
  });

  test("with an attribute added after it", () => {
    const { response } = partsOf(idp);
    const forged = response.replace("<saml:AttributeStatement>", "<saml:AttributeStatement><saml:Attribute/>");
    expect(refusalOf(encoded(forged))).toMatchObject(badSignature);
  });
});

describe("takes no signature, though the key is right,", () => {
  const key = generateIdpKey();
  const context = { entityId: idp.entityId, nowMs: clock.now() };
  const own = { ...provider, metadata: renderMetadata(idp.entityId, `${idp.entityId}/sso`, key.publicKey) };
  const unsigned = renderResponse({ roles: [pair] }, context);
  const strong = {
    signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
    digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
    transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"],
  };
  const sign = (algorithms: Partial<typeof strong>, target = "/*/*[local-name(.)='Assertion']") => {
    const { digestAlgorithm, transforms, ...used } = { ...strong, ...algorithms };
    const signer = new SignedXml({ ...used, privateKey: key.privateKey });
    signer.addReference({ xpath: target, transforms, digestAlgorithm });
    const reference = "/*/*[local-name(.)='Assertion']/*[local-name(.)='Issuer']";
    signer.computeSignature(unsigned, { prefix: "ds", location: { reference, action: "after" } });
    return encoded(signer.getSignedXml());
  };
  const verifyOwn = (samlResponse: string) => verifySamlAssertion(samlResponse, own, clock);

  test("unless it is by the algorithms of today", () => {
    expect(verifyOwn(sign({})).subject).toBe("alice");
  });

  test.each([
    ["by RSA with SHA-1", { signatureAlgorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" }],
    ["over SHA-1 digests", { digestAlgorithm: "http://www.w3.org/2000/09/xmldsig#sha1" }],
    ["over a form with comments", { canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#WithComments" }],
  ])("%s", (_what, algorithms) => {
    expect(() => verifyOwn(sign(algorithms))).toThrow(badSignature.message);
  });

  test("over another part", () => {
    expect(() => verifyOwn(sign({}, "/*/*[local-name(.)='Status']"))).toThrow(badSignature.message);
  });

  test("of the assertion when somebody else signed the response", () => {
    const signed = signResponse(unsigned, "assertion", key);
    expect(verifyOwn(encoded(signResponse(signed, "response", key))).subject).toBe("alice");
    const twice = signResponse(signed, "response", generateIdpKey());
    expect(() => verifyOwn(encoded(twice))).toThrow(badSignature.message);
  });

  test("of the assertion when there is another elsewhere", () => {
    const signed = signResponse(unsigned, "assertion", key);
    const stray = '<samlp:Extensions><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></samlp:Extensions>';
    const strayed = signed.replace("<samlp:Status>", () => `${stray}<samlp:Status>`);
    expect(() => verifyOwn(encoded(strayed))).toThrow(badSignature.message);
  });
});

describe("is not misled by a wrapped signature:", () => {
  const forge = (assertion: string) =>
    assertion.replace(/ID="_[^"]+"/, 'ID="_forged"').replace(">alice</saml:NameID>", ">admin</saml:NameID>");
  const { response, assertion, signature } = partsOf(idp);
  const unsigned = assertion.replace(signature, "");
  const forged = forge(unsigned);

  test.each([
    ["the forged assertion before the signed one", response.replace(assertion, forged + assertion)],
    ["the forged assertion after the signed one", response.replace(assertion, assertion + forged)],
    [
      "the signed assertion within the forged one",
      response.replace(assertion, forged.replace("</saml:Issuer>", `</saml:Issuer>${assertion}`)),
    ],
    [
      "the signature on the forged assertion, the signed one within it",
      response.replace(
        assertion,
        forge(assertion).replace("</ds:Signature>", `<ds:Object>${unsigned}</ds:Object></ds:Signature>`),
      ),
    ],
    [
      "the signed assertion among the extensions",
      response.replace(assertion, `<samlp:Extensions>${assertion}</samlp:Extensions>${forged}`),
    ],
    [
      "two assertions of one id",
      response.replace(assertion, assertion.replace(">alice<", ">admin<").replace(signature, "") + assertion),
    ],
    [
      "the signature below the response",
      response.replace(assertion, forged).replace("<samlp:Status>", `${signature}<samlp:Status>`),
    ],
    ["the signature on the forged assertion alone", response.replace(assertion, forge(assertion))],
    [
      "the signature moved out of the assertion that it covers",
      response.replace(assertion, unsigned).replace("<samlp:Status>", `${signature}<samlp:Status>`),
    ],
    ["a second signature", response.replace("</samlp:Status>", `${signature}</samlp:Status>`)],
  ])("%s", (_what, wrapped) => {
    expect(wrapped).not.toBe(response);
    expect(refusalOf(encoded(wrapped))).toMatchObject(badSignature);
  });

  test("a comment within a value does not cut it", () => {
    const { response: named } = partsOf(idp, { subject: "admin.evil" });
    const cut = named.replace("admin.evil", "admin<!-- -->.evil");
    expect(verify(encoded(cut)).subject).toBe("admin.evil");
  });
});

describe("refuses what is no SAML response:", () => {
  test.each([
    ["an empty one", "AAAA"],
    ["text", encoded("not XML")],
    ["another element", encoded("<Response/>")],
    ["half of one", encoded(xmlOf(issued()).slice(0, 900))],
    ["elements nested without end", encoded("<a>".repeat(20_000))],
    ["two of them", encoded(xmlOf(issued()) + xmlOf(issued()))],
  ])("%s", (_what, samlResponse) => {
    expect(refusalOf(samlResponse)).toMatchObject(unreadable);
  });

  test.each([["not base64!"], ["AAAAA"], ["////"], [""]])("%j", (samlResponse) => {
    expect(refusalOf(samlResponse)).toMatchObject({ ...invalid, message: "Invalid base64 SAMLResponse" });
  });

  test("entities, neither one nor a billion", () => {
    const bomb = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
    expect(refusalOf(encoded(bomb + xmlOf(issued()).replace(">alice<", ">&b;<")))).toMatchObject(unreadable);
    expect(refusalOf(encoded(`<!doctype r SYSTEM "file:///etc/hosts">${xmlOf(issued())}`))).toMatchObject(unreadable);
    expect(refusalOf(encoded(xmlOf(issued()).replace(">alice<", ">&b;<")))).toMatchObject(invalid);
  });
});

test("tells when the session ends at the latest", () => {
  expect(verify(issued({ sessionNotOnOrAfter: at(600) })).sessionEndMs).toBe(clock.now() + 600_000);
  expect(verify(issued()).sessionEndMs).toBeUndefined();
});

test("passes on that the identity provider did not authenticate the user", () => {
  const status = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed";
  expect(refusalOf(issued({ status }))).toMatchObject({ code: "IDPRejectedClaim", status: 403 });
});

describe("takes an assertion", () => {
  const expired = { code: "ExpiredTokenException", message: "Response has expired" };
  const tooOld = { code: "ExpiredTokenException", message: "Token must be redeemed within 5 minutes of issuance" };

  test.each<[string, Partial<SamlAssertionOptions>, object]>([
    ["for five minutes after it was issued", { issuedAt: at(-300), notOnOrAfter: at(60) }, tooOld],
    ["until its conditions end", { issuedAt: at(-60), notOnOrAfter: at(0) }, expired],
    ["until its session ends", { sessionNotOnOrAfter: at(-1) }, expired],
    ["not before its time", { notBefore: at(1) }, invalid],
    [
      "with another issuer",
      { issuer: "https://other.example" },
      { message: "Issuer not present in specified provider" },
    ],
    [
      "for another audience",
      { audience: "https://app.example" },
      { ...invalid, message: "Response does not contain the required audience." },
    ],
    ["for another recipient", { recipient: "https://signin.aws.amazon.com.example/saml" }, invalid],
  ])("%s", (_what, options, error) => {
    expect(refusalOf(issued(options))).toMatchObject(error);
  });

  test.each([
    ["https://signin.aws.amazon.com/saml", "urn:amazon:webservices"],
    ["https://eu-central-1.signin.aws.amazon.com/saml", "https://eu-central-1.signin.aws.amazon.com/saml"],
    ["https://signin.amazonaws.cn/saml", "urn:amazon:webservices:china"],
    ["https://signin.amazonaws-us-gov.com/saml", "https://signin.amazonaws-us-gov.com/saml"],
  ])("posted to %s, for %s", (recipient, audience) => {
    expect(verify(issued({ recipient, audience })).recipient).toBe(recipient);
  });
});
