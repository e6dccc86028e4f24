import { AwsError } from "../aws-error.js";
import type { UnsignedStsCall } from "./sts-operation.js";

/** Refuses an operation that the global endpoint does not have. */
export function requireRegionalEndpoint({ global }: UnsignedStsCall): void {
  if (global) throw new AwsError({ status: 400, code: "InvalidAction" }, "Unknown Operation");
}
