import { CredentialsConfigError } from "../../errors.js";
import type { XmlElement } from "./xml-element.js";

/** http://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf */
const PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";
const ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";
const SIGNATURE = "http://www.w3.org/2000/09/xmldsig#";
const SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success";

/** What a response of an identity provider carries. */
export interface SamlResponse {
  /** The response itself. */
  readonly response: XmlElement;
  /** Its first assertion; `undefined` when it is encrypted. */
  readonly assertion: XmlElement | undefined;
  /** Whether the response or an assertion holds a signature, or may hold one inside its encryption. */
  readonly signed: boolean;
}

/**
 * What a response carries, once it is one and says that the sign-in succeeded.
 *
 * @throws {@link CredentialsConfigError} saying which element or status came.
 */
export function toSamlResponse(root: XmlElement): SamlResponse {
  requireResponse(root);
  requireSuccess(root);
  const assertions = children(root, "Assertion");
  const encrypted = assertions.length === 0 && children(root, "EncryptedAssertion").length > 0;
  if (assertions.length === 0 && !encrypted) {
    throw new CredentialsConfigError(
      "`assertion` is a SAML response without an assertion. Sign in again, and see what the identity provider logs.",
    );
  }
  const signed = encrypted || [root, ...assertions].some((element) => children(element, "Signature", SIGNATURE)[0]);
  return { response: root, assertion: assertions[0], signed };
}

/** The children of one name, in SAML's namespace of assertions unless another is given. */
export function children(parent: XmlElement, name: string, namespace: string = ASSERTION): XmlElement[] {
  return parent.children.filter((child) => child.name === name && child.namespace === namespace);
}

function requireResponse({ name, namespace }: XmlElement): void {
  if (name === "Response" && namespace === PROTOCOL) {
    return;
  }
  if (name === "Response") {
    const of = namespace === undefined ? "without a namespace" : `of the namespace ${quoted(namespace)}`;
    throw new CredentialsConfigError(
      `\`assertion\` must be a Response of SAML 2.0 (${PROTOCOL}); got a Response ${of}. Set SAML 2.0 up for AWS.`,
    );
  }
  const hint =
    name === "Assertion" || name === "EncryptedAssertion"
      ? "STS takes the whole Response around it."
      : "Pass the SAMLResponse that the identity provider posts after the sign-in.";
  throw new CredentialsConfigError(
    `\`assertion\` must be a SAML Response; its root element is ${quoted(name)}. ${hint}`,
  );
}

function requireSuccess(response: XmlElement): void {
  const status = children(response, "Status", PROTOCOL)[0];
  const code = status && children(status, "StatusCode", PROTOCOL)[0];
  const value = code?.attributes.get("Value")?.trim();
  if (status === undefined || code === undefined || value === SUCCESS) {
    return;
  }
  const detail = children(code, "StatusCode", PROTOCOL)[0]?.attributes.get("Value");
  const names = [value ?? "", ...(detail === undefined ? [] : [detail.trim()])].map(lastPart).join(", ");
  const said = children(status, "StatusMessage", PROTOCOL)[0]?.text.trim();
  throw new CredentialsConfigError(
    `The identity provider did not sign anybody in: the status of its response is ${names}` +
      `${said ? `, and it says ${quoted(said)}` : ""}. Sign in again, and see what it logs.`,
  );
}

/** `urn:oasis:names:tc:SAML:2.0:status:Responder` is known by its last word. */
function lastPart(urn: string): string {
  return quoted(urn.slice(urn.lastIndexOf(":") + 1)).slice(1, -1) || "empty";
}

/** A text of the response in a message: cut, and unable to break the line. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
