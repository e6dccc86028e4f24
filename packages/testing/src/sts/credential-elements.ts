import type { XmlElement } from "../http/xml.js";
import type { TemporaryCredentials } from "../identity/sessions.js";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html */
export function credentialElements(credentials: TemporaryCredentials): XmlElement {
  return [
    "Credentials",
    [
      ["AccessKeyId", credentials.accessKeyId],
      ["SecretAccessKey", credentials.secretAccessKey],
      ["SessionToken", credentials.sessionToken],
      ["Expiration", isoSeconds(credentials.expiresAtMs)],
    ],
  ];
}

/** A time as STS writes it: whole seconds. */
export function isoSeconds(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, "Z");
}
