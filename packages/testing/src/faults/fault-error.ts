import { AwsError } from "../aws-error.js";
import type { Service } from "../service.js";
import type { EmulatorFault } from "./emulator-fault.js";

/** The error a fault answers with; `undefined` for the kinds that answer nothing of their own. */
export function faultError(fault: EmulatorFault, service: Service): AwsError | undefined {
  switch (fault.kind) {
    case "error":
      return service.failed();
    case "throttle":
      return service.throttled();
    case "access-denied":
      return new AwsError({ status: 403, code: "AccessDenied" }, "Access Denied");
    case "refuse":
      return new AwsError({ status: fault.status, code: fault.code }, fault.message ?? fault.code);
    default:
      return undefined;
  }
}
