import { timingSafeEqual } from "node:crypto";

/** Whether two strings are equal, in a time that tells nothing of where they differ. */
export function constantTimeEqual(a: string, b: string): boolean {
  const left = Buffer.from(a, "utf8");
  const right = Buffer.from(b, "utf8");
  return left.length === right.length && timingSafeEqual(left, right);
}
