import { type Check, kindOf, refuse } from "../checks/check.js";

const bound = "an object of base32 seeds, 16 characters or more each, by the serial number of a device";

/** Checks the seeds of a user's devices. What came instead is not told: it may be a seed. */
export const checkMfaSeeds: Check = (path, value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, bound, kindOf(value));
  for (const seed of Object.values(value as Record<string, unknown>)) {
    if (typeof seed !== "string") refuse(path, bound, `${kindOf(seed)} for one`);
    if (!/^[A-Z2-7]{16,}=*$/.test(seed)) refuse(path, bound, `a string of ${seed.length} characters for one`);
  }
};
