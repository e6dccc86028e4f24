import type { Caller } from "../identity/caller.js";
import type { MfaCodes } from "../identity/mfa-codes.js";
import { accessDenied } from "./access-denied.js";
import type { AssumeRoleInput } from "./assume-role-input.js";

/** Whether the caller proved an MFA device of its own. A code that is given is checked, whether a role asks for one or not. */
export function presentsMfa(input: AssumeRoleInput, caller: Caller, codes: MfaCodes): boolean {
  const { serialNumber, tokenCode } = input;
  if (serialNumber === undefined && tokenCode === undefined) return false;
  if (serialNumber === undefined || tokenCode === undefined) {
    throw accessDenied(
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code. ",
    );
  }
  if (caller.kind !== "user" || !caller.mfaSerialNumbers.includes(serialNumber)) {
    throw accessDenied(
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user. ",
    );
  }
  if (!codes.redeem(serialNumber, tokenCode)) {
    throw accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code. ");
  }
  return true;
}
