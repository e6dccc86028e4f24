import { s3OperationNames } from "./s3/s3-service.js";
import type { ServiceName } from "./service.js";
import { stsOperationNames } from "./sts/sts-operations.js";

/** AWS's names of the operations the emulator has. */
export const operationNames: Readonly<Record<ServiceName, readonly string[]>> = {
  sts: stsOperationNames,
  s3: s3OperationNames,
};
