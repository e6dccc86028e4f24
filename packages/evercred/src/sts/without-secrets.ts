/** A JWT, or the beginning of one: whoever's it is. */
const JWT = /eyJ[\w-]{10,}(?:\.[\w-]*){0,2}/g;

/** A quote may be cut off: so much of a secret's beginning is the secret. */
const TELLING = 16;

/**
 * A service's message without the secrets that it quotes, also where it quotes the beginning of one, or one as it was
 * written into the request.
 */
export function withoutSecrets(message: string, secrets: readonly string[]): string {
  const forms = [...new Set(secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]))].filter(
    (form) => form !== "",
  );
  let safe = "";
  let at = 0;
  while (at < message.length) {
    const length = longestQuote(message, at, forms);
    safe += length > 0 ? "***" : message[at];
    at += Math.max(1, length);
  }
  return safe.replaceAll(JWT, "***");
}

/** How much of the message, from there on, is one of the secrets: the longest, for one may begin as another does. */
function longestQuote(message: string, at: number, forms: readonly string[]): number {
  let longest = 0;
  for (const form of forms) {
    const length = commonLength(message, at, form);
    if (length === form.length || length >= TELLING) {
      longest = Math.max(longest, length);
    }
  }
  return longest;
}

function commonLength(message: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && message[at + length] === form[length]) {
    length += 1;
  }
  return length;
}
