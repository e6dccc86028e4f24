import { randomInt } from "node:crypto";

/** The one-time codes that MFA devices show. */
export interface MfaCodes {
  /** A fresh six-digit code of a device, good for one use. */
  issue(serialNumber: string): string;
  /** Whether the code was issued for the device and not used before; using it up. */
  redeem(serialNumber: string, code: string): boolean;
}

export function createMfaCodes(): MfaCodes {
  const issued = new Map<string, { readonly unused: Set<string>; readonly used: Set<string> }>();
  const device = (serialNumber: string): { readonly unused: Set<string>; readonly used: Set<string> } => {
    const codes = issued.get(serialNumber) ?? { unused: new Set(), used: new Set() };
    issued.set(serialNumber, codes);
    return codes;
  };
  return {
    issue(serialNumber): string {
      const { unused, used } = device(serialNumber);
      let code: string;
      // A code that was used must stay refused, so it is never issued again.
      do code = String(randomInt(1_000_000)).padStart(6, "0");
      while (unused.has(code) || used.has(code));
      unused.add(code);
      return code;
    },
    redeem(serialNumber, code): boolean {
      const { unused, used } = device(serialNumber);
      if (!unused.delete(code)) return false;
      used.add(code);
      return true;
    },
  };
}
