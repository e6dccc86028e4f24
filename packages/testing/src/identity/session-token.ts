import { createHmac, randomBytes, randomInt } from "node:crypto";
import { constantTimeEqual } from "../sigv4/constant-time-equal.js";

const macBytes = 32;

/** Makes session tokens and knows its own again. Another emulator's are strangers to it. */
export interface SessionTokens {
  issue(accessKeyId: string): string;
  /** Whether the token was issued here, for this access key id, and is unchanged to the last character. */
  verify(token: string, accessKeyId: string): boolean;
}

export function createSessionTokens(): SessionTokens {
  const key = randomBytes(32);
  const seal = (filling: Buffer, accessKeyId: string): string => {
    const mac = createHmac("sha256", key).update(accessKeyId).update("\0").update(filling).digest();
    return Buffer.concat([mac, filling]).toString("base64");
  };
  return {
    // AWS promises no size, so no two tokens here need have the same one.
    issue: (accessKeyId) => seal(randomBytes(randomInt(160, 640)), accessKeyId),
    verify(token, accessKeyId): boolean {
      // Sealing again and comparing the text also refuses other spellings of the same base64.
      return constantTimeEqual(token, seal(Buffer.from(token, "base64").subarray(macBytes), accessKeyId));
    },
  };
}
