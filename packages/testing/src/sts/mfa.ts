import type { Caller } from "../identity/caller.js";
import type { MfaDevices } from "../identity/mfa-devices.js";
import { accessDenied } from "./access-denied.js";
import type { Constraints } from "./constraints.js";

export interface MfaParameters {
  readonly serialNumber: string | undefined;
  readonly tokenCode: string | undefined;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html#API_GetSessionToken_RequestParameters */
export function readMfaParameters(parameters: ReadonlyMap<string, string>, check: Constraints): MfaParameters {
  const serialNumber = parameters.get("SerialNumber");
  const tokenCode = parameters.get("TokenCode");
  check.text("serialNumber", serialNumber, { min: 9, max: 256, pattern: /[\w+=/:,.@-]*/ });
  check.text("tokenCode", tokenCode, { min: 6, max: 6, pattern: /\d*/, sensitive: true });
  return { serialNumber, tokenCode };
}

/**
 * The serial number of the MFA device that the caller proved, now or when its session was given. A code that comes with a
 * request is checked, and used up, whether anything asks for one or not.
 */
export function provedMfa(input: MfaParameters, caller: Caller, devices: MfaDevices): string | undefined {
  const { serialNumber, tokenCode } = input;
  if (serialNumber === undefined && tokenCode === undefined) {
    return caller.kind === "session-token" ? caller.mfaSerialNumber : undefined;
  }
  if (serialNumber === undefined || tokenCode === undefined) {
    throw accessDenied(
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. ",
    );
  }
  if (!devicesOf(caller).includes(serialNumber)) {
    throw accessDenied(
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user. ",
    );
  }
  if (!devices.redeem(serialNumber, tokenCode)) {
    throw accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  }
  return serialNumber;
}

function devicesOf(caller: Caller): readonly string[] {
  if (caller.kind === "session-token") return caller.owner.mfaSerialNumbers;
  return caller.kind === "user" || caller.kind === "root" ? caller.mfaSerialNumbers : [];
}
