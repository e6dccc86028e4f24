import { canonicalJson } from "../cache/cache-key.js";
import { kindOf } from "../cache/option-checks.js";
import type { Clock } from "../clock.js";
import { CredentialsConfigError, CredentialsTransientError } from "../errors.js";
import { principalKey } from "./principal-key.js";

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

/** A code shows for half a minute, and STS takes it a little earlier and later. */
const CODE_LIVES_MS = 90_000;

/** Proofs of the codes that were asked for, with the time. */
const asked = new WeakMap<Clock, Map<string, number>>();

/**
 * Asks for a code, and refuses before it is sent what is none, and what was used: STS takes no code twice.
 *
 * @throws {@link CredentialsConfigError}, {@link CredentialsTransientError} without the code.
 */
export async function askForCode(tokenCode: TokenCodeProvider, serialNumber: string, clock: Clock): Promise<string> {
  const code: unknown = await tokenCode(serialNumber);
  if (typeof code !== "string" || !/^\d{6}$/.test(code)) {
    const came = typeof code === "string" ? `${[...code].length} characters${whatIsWrong(code)}` : kindOf(code);
    throw new CredentialsConfigError(
      `\`tokenCode\` must answer a string of six digits; got ${came}. Nothing was sent to STS, so the code is still good.`,
    );
  }
  useUp(serialNumber, code, clock);
  return code;
}

function useUp(serialNumber: string, code: string, clock: Clock): void {
  const used = asked.get(clock) ?? new Map<string, number>();
  asked.set(clock, used);
  const now = clock.now();
  for (const [proof, at] of used) {
    if (Math.abs(now - at) >= CODE_LIVES_MS) {
      used.delete(proof);
    }
  }
  const proof = canonicalJson(principalKey({ accessKeyId: serialNumber, secretAccessKey: code }));
  if (used.has(proof)) {
    throw new CredentialsTransientError(
      `\`tokenCode\` answered a code of ${serialNumber} that was used already, and STS takes none twice. Nothing was sent; ` +
        "wait for the next code of the device.",
    );
  }
  used.set(proof, now);
}

function whatIsWrong(code: string): string {
  if (/\s/.test(code)) {
    return " with white space among them";
  }
  return /\D/.test(code) ? " that are not all digits" : "";
}
