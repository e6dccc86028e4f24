import { randomBytes } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * A random AWS unique id: a prefix that tells what it names, and 16 characters.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
 */
export function uniqueId(prefix: "AKIA" | "ASIA" | "AIDA" | "AROA"): string {
  return prefix + Array.from(randomBytes(16), (byte) => alphabet[byte % alphabet.length]).join("");
}

/** A random secret access key: 40 characters of base64. */
export function randomSecret(): string {
  return randomBytes(30).toString("base64");
}
