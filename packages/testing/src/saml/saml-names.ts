/** https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf */
export const samlNamespaces = {
  protocol: "urn:oasis:names:tc:SAML:2.0:protocol",
  assertion: "urn:oasis:names:tc:SAML:2.0:assertion",
  metadata: "urn:oasis:names:tc:SAML:2.0:metadata",
  signature: "http://www.w3.org/2000/09/xmldsig#",
} as const;

export const successStatus = "urn:oasis:names:tc:SAML:2.0:status:Success";
export const bearerMethod = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
export const postBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

/** https://www.w3.org/TR/xmldsig-core1/ */
export const signatureAlgorithms = {
  exclusiveC14n: "http://www.w3.org/2001/10/xml-exc-c14n#",
  enveloped: "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
  rsaSha256: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  rsaSha512: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
  sha256: "http://www.w3.org/2001/04/xmlenc#sha256",
} as const;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html */
export const awsAttributes = {
  role: "https://aws.amazon.com/SAML/Attributes/Role",
  roleSessionName: "https://aws.amazon.com/SAML/Attributes/RoleSessionName",
  sessionDuration: "https://aws.amazon.com/SAML/Attributes/SessionDuration",
  sourceIdentity: "https://aws.amazon.com/SAML/Attributes/SourceIdentity",
  transitiveTagKeys: "https://aws.amazon.com/SAML/Attributes/TransitiveTagKeys",
  principalTagPrefix: "https://aws.amazon.com/SAML/Attributes/PrincipalTag:",
} as const;

/** Where browsers post assertions for AWS; their recipient, and their audience. */
export const awsSignInUrl = "https://signin.aws.amazon.com/saml";
