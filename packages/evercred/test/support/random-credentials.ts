import { randomBytes } from "node:crypto";
import type { AwsCredentialIdentity } from "@smithy/types";

/** The access key id of AWS's documentation: the only one that tests write down. */
export const EXAMPLE_KEY_ID = "AKIAIOSFODNN7EXAMPLE";

/** A set that nobody else has: every secret is drawn at run time. */
export function randomCredentials(members: Partial<AwsCredentialIdentity> = {}): AwsCredentialIdentity {
  return {
    accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretAccessKey: randomSecret(),
    sessionToken: randomSecret(),
    ...members,
  };
}

/** Text that no message, event or key can hold by chance. */
export function randomSecret(): string {
  return randomBytes(24).toString("base64url");
}
