import { CredentialsConfigError } from "../../errors.js";
import { requireText } from "../../sts/input-limits.js";

/** What a token says. Nothing of it is proven: the signature is for STS to check. */
export interface Jwt {
  /** `iss` */
  readonly issuer?: string;
  /** `sub` */
  readonly subject?: string;
  /** `aud` */
  readonly audience?: readonly string[];
  /** `exp` */
  readonly expiresAt?: Date;
  /** False with the algorithm `none`, or with nothing where the signature belongs. */
  readonly signed: boolean;
}

/** `WebIdentityToken`: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
const TOKEN = { min: 4, max: 20_000 };

/** A signed token has three parts: https://www.rfc-editor.org/rfc/rfc7519 */
const PARTS = 3;
/** An encrypted one has five. */
const ENCRYPTED_PARTS = 5;

/**
 * Reads a web identity token without checking its signature: STS does that.
 *
 * @throws CredentialsConfigError saying what is wrong with its form. The token is a secret, so it says lengths only.
 */
export async function readJwt(token: string): Promise<Jwt> {
  const parts = partsOf(requireText("token", token, TOKEN));
  const { decodeJwt, decodeProtectedHeader } = await import("jose");
  const header = decoded("header", parts, () => decodeProtectedHeader(token));
  const { iss, sub, aud, exp } = decoded("payload", parts, () => decodeJwt(token));
  const audience = (Array.isArray(aud) ? aud : [aud]).filter((name) => typeof name === "string");
  const expiresAt = typeof exp === "number" ? new Date(exp * 1000) : undefined;
  return Object.freeze({
    ...(typeof iss === "string" ? { issuer: iss } : {}),
    ...(typeof sub === "string" ? { subject: sub } : {}),
    ...(audience.length > 0 ? { audience: Object.freeze(audience) } : {}),
    ...(expiresAt === undefined || Number.isNaN(expiresAt.getTime()) ? {} : { expiresAt }),
    signed: parts[2] !== "" && typeof header.alg === "string" && header.alg.toLowerCase() !== "none",
  });
}

function partsOf(token: string): readonly string[] {
  const parts = token.split(".");
  const length = `${token.length} characters`;
  if (/\s/.test(token)) {
    throw new CredentialsConfigError(
      `\`token\` has white space inside its ${length}. Pass the token alone, in one line, without "Bearer".`,
    );
  }
  if (parts.length === ENCRYPTED_PARTS) {
    throw new CredentialsConfigError("`token` has 5 parts: it is encrypted, and STS takes signed tokens of 3 parts.");
  }
  if (parts.length !== PARTS) {
    const why = parts.length < PARTS ? "It was cut off, or is no JWT" : "It is no JWT";
    throw new CredentialsConfigError(
      `\`token\` has ${parts.length} ${parts.length === 1 ? "part" : "parts"}, not 3, in its ${length}. ${why}: pass the ` +
        "identity token (id_token) of the provider, whole.",
    );
  }
  for (const [index, part] of parts.entries()) {
    if (!/^[\w-]*$/.test(part)) {
      throw new CredentialsConfigError(
        `\`token\` is no JWT: its part ${index + 1} of ${part.length} characters is not base64url. Pass it unchanged.`,
      );
    }
  }
  return parts;
}

/** What jose makes of a part. Its own error is not passed on: one of JSON quotes what it read. */
function decoded<T>(name: "header" | "payload", parts: readonly string[], decode: () => T): T {
  try {
    return decode();
  } catch {
    const length = parts[name === "header" ? 0 : 1]?.length ?? 0;
    throw new CredentialsConfigError(
      `\`token\` is no JWT: its ${name} of ${length} characters holds no JSON object. Pass the identity token, whole.`,
    );
  }
}
