import { kindOf, refuse } from "./check.js";

/** Checks that a value tells the time. */
export function checkClock(path: string, value: unknown): void {
  const bound = "an object whose method now() answers epoch milliseconds";
  const now: unknown = (value as { readonly now?: unknown } | null)?.now;
  if (typeof now !== "function") {
    refuse(path, bound, value !== null && typeof value === "object" ? "one without now()" : kindOf(value));
  }
  const answer: unknown = now.call(value);
  if (!Number.isFinite(answer)) refuse(path, bound, `one that answers ${kindOf(answer)}`);
}
