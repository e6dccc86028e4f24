import { kindOf } from "../cache/option-checks.js";
import { CredentialsConfigError } from "../errors.js";

/**
 * Asks a person, or a device, for the six digits an MFA device shows.
 *
 * @param serialNumber - The device that is asked for.
 * @public
 */
export type TokenCodeProvider = (serialNumber: string) => string | Promise<string>;

/**
 * Checks that a device and what asks for its code come together.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireMfaPair(options: {
  readonly serialNumber?: string | undefined;
  readonly tokenCode?: TokenCodeProvider | undefined;
}): void {
  const { serialNumber, tokenCode } = options;
  if (tokenCode !== undefined && typeof tokenCode !== "function") {
    throw new CredentialsConfigError("`tokenCode` must be a function that answers the six digits: a code works once.");
  }
  if ((serialNumber === undefined) !== (tokenCode === undefined)) {
    const [given, missing] = serialNumber === undefined ? ["tokenCode", "serialNumber"] : ["serialNumber", "tokenCode"];
    throw new CredentialsConfigError(`\`${given}\` needs \`${missing}\`: STS takes a device and its code together.`);
  }
}

/**
 * Asks for a code, and refuses what is none before it is sent: a code that was sent is used up.
 *
 * @throws {@link CredentialsConfigError} without the code.
 */
export async function askForCode(tokenCode: TokenCodeProvider, serialNumber: string): Promise<string> {
  const code: unknown = await tokenCode(serialNumber);
  if (typeof code === "string" && /^\d{6}$/.test(code)) {
    return code;
  }
  const came = typeof code === "string" ? `${[...code].length} characters${whatIsWrong(code)}` : kindOf(code);
  throw new CredentialsConfigError(
    `\`tokenCode\` must answer a string of six digits; got ${came}. Nothing was sent to STS, so the code is still good.`,
  );
}

function whatIsWrong(code: string): string {
  if (/\s/.test(code)) {
    return " with a space among them";
  }
  return /\D/.test(code) ? " that are not all digits" : "";
}
