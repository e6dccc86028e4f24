import { kindOf } from "../../cache/option-checks.js";
import { CredentialsConfigError } from "../../errors.js";

/** `SAMLAssertion`: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html */
const LENGTH = { min: 4, max: 100_000 };

/**
 * An assertion as STS takes it: standard base64 in one line, whatever line breaks, alphabet and padding it came with.
 * It is a secret, so messages say its length and never what it holds.
 *
 * @throws {@link CredentialsConfigError}
 */
export function assertionBase64(value: unknown): string {
  if (typeof value !== "string") {
    throw new CredentialsConfigError(
      `\`assertion\` must be a string, the SAMLResponse that the identity provider posted; got ${kindOf(value)}.`,
    );
  }
  const text = value.replaceAll(/\s+/g, "");
  refuseBlanks(value.trim());
  refuseOtherForms(text);
  if (text.length < LENGTH.min || text.length > LENGTH.max) {
    throw new CredentialsConfigError(
      `\`assertion\` must have ${LENGTH.min} to ${LENGTH.max} characters of base64; got ${text.length}.` +
        (text.length > LENGTH.max ? " Let the identity provider send fewer groups and attributes." : ""),
    );
  }
  const wrong = text.search(/[^\w+/=-]|=(?!=?$)/);
  if (wrong >= 0) {
    throw new CredentialsConfigError(
      `\`assertion\` must be base64; of its ${text.length} characters the one at position ${wrong + 1} is not. ` +
        "Pass the value of SAMLResponse unchanged.",
    );
  }
  if (text.replace(/=+$/, "").length % 4 === 1) {
    throw new CredentialsConfigError(
      `\`assertion\` breaks off: ${text.length} characters are no whole base64. Pass the whole value of SAMLResponse.`,
    );
  }
  return Buffer.from(text, "base64").toString("base64");
}

/** A form's body that is decoded twice has blanks where there was a plus. Lines may be indented. */
function refuseBlanks(value: string): void {
  if (/[\w+/=] [\w+/=]/.test(value) && !/[\r\n<]/.test(value)) {
    throw new CredentialsConfigError(
      "`assertion` has blanks where base64 has a plus: it was percent-decoded twice. Pass the value of SAMLResponse as the " +
        "first decoding gave it.",
    );
  }
}

/** The forms that people pass in place of the value of SAMLResponse, each with the way to the right one. */
function refuseOtherForms(text: string): void {
  if (/^(<!doctypehtml|<html)/i.test(text)) {
    throw new CredentialsConfigError(
      "`assertion` is an HTML page, probably a login page: the sign-in did not end. Sign in first, then pass the value " +
        "of the form field SAMLResponse.",
    );
  }
  if (text.startsWith("<")) {
    throw new CredentialsConfigError(
      "`assertion` is XML, and STS takes it in base64: base64-encode it, as the identity provider does in SAMLResponse.",
    );
  }
  if (/^SAMLResponse=/i.test(text)) {
    throw new CredentialsConfigError(
      "`assertion` begins with SAMLResponse=, a form's body. Pass the field's value only, percent-decoded: " +
        'new URLSearchParams(body).get("SAMLResponse").',
    );
  }
  if (/&#(x2b|43|x2f|47|x3d|61);/i.test(text)) {
    throw new CredentialsConfigError(
      "`assertion` is written as HTML: decode its character references first (&#x2b; is a plus), or let a parser of HTML " +
        "read the form field SAMLResponse.",
    );
  }
  if (/%(2B|2F|3D)/i.test(text)) {
    throw new CredentialsConfigError(
      "`assertion` is percent-encoded. Decode it first: new URLSearchParams(body) does so for a form's body.",
    );
  }
}
