import type { Caller, LongTermCaller } from "../identity/caller.js";
import { sessionCredentialsRefused } from "./caller-restrictions.js";

/** The caller of an operation that takes long-term keys alone. */
export function longTermCaller(caller: Caller, operation: string): LongTermCaller {
  if (caller.kind === "user" || caller.kind === "root") return caller;
  throw sessionCredentialsRefused(operation);
}
