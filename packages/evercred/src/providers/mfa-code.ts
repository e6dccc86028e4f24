import { canonicalJson } from "../cache/cache-key.js";
import { kindOf } from "../cache/option-checks.js";
import type { Clock } from "../clock.js";
import { CredentialsConfigError, CredentialsTransientError } from "../errors.js";
import { neverArrived } from "../sts/service-error.js";
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

/** Asks for the code of one load. */
export interface CodeDesk {
  /**
   * Asks for a code, and refuses before it is sent what is none, and what was used: STS takes no code twice.
   *
   * @throws {@link CredentialsConfigError}, {@link CredentialsTransientError} without the code.
   */
  ask(): Promise<string>;
  /** The load failed: a code that reached nobody is good for another try. */
  failed(error: unknown): void;
}

/** Opens the desk of one load. */
export function openCodeDesk(tokenCode: TokenCodeProvider, serialNumber: string, clock: Clock): CodeDesk {
  const used = asked.get(clock) ?? new Map<string, number>();
  asked.set(clock, used);
  let proof: string | undefined;
  return {
    async ask() {
      const code = requireCode(await tokenCode(serialNumber));
      const ofCode = canonicalJson(principalKey({ accessKeyId: serialNumber, secretAccessKey: code }));
      useUp(used, ofCode, { serialNumber, now: clock.now() });
      proof = ofCode;
      return code;
    },
    failed(error) {
      if (proof !== undefined && neverArrived(error)) {
        used.delete(proof);
      }
    },
  };
}

function requireCode(code: unknown): string {
  if (typeof code === "string" && /^\d{6}$/.test(code)) {
    return code;
  }
  const came = typeof code === "string" ? `${[...code].length} characters${whatIsWrong(code)}` : kindOf(code);
  throw new CredentialsConfigError(
    `\`tokenCode\` must answer a string of six digits; got ${came}. Nothing was sent to STS, so the code is still good.`,
  );
}

function useUp(
  used: Map<string, number>,
  proof: string,
  { serialNumber, now }: { readonly serialNumber: string; readonly now: number },
): void {
  for (const [one, at] of used) {
    if (Math.abs(now - at) >= CODE_LIVES_MS) {
      used.delete(one);
    }
  }
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
