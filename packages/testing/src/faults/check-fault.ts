import { accessKeyId, principalArn, region } from "../checks/aws-texts.js";
import { type Check, optional } from "../checks/check.js";
import { type MemberChecks, objectOf, requireKnown } from "../checks/object-check.js";
import { anyText, callable, numberOf, oneOf, textOf } from "../checks/value-checks.js";
import { operationNames } from "../operation-names.js";
import type { FaultTarget } from "./emulator-fault.js";
import type { FaultKind } from "./fault-kind.js";

// A timer takes no more, and would fire at once instead.
const longestTimerMs = 2 ** 31 - 1;

const ofKind: Readonly<Record<FaultKind, Readonly<Record<string, Check>>>> = {
  latency: { latencyMs: numberOf({ min: 0, max: longestTimerMs, unit: "of milliseconds" }) },
  silence: {},
  reset: {},
  error: {},
  throttle: {},
  "access-denied": {},
  refuse: {
    status: numberOf({ min: 300, max: 599, whole: true }),
    code: anyText,
    message: optional(textOf("a string", /^/)),
  },
};
const kind = oneOf(Object.keys(ofKind));
const count = optional(numberOf({ min: 0, whole: true }));

/** Checks what a test says of a fault: one that matches no request would leave the test green and prove nothing. */
export const checkFault: Check = (path, value) => {
  const target = targetChecks(value);
  const members = [...Object.keys(target), ...Object.values(ofKind).flatMap(Object.keys)];
  requireKnown(path, value, { what: "a fault", known: ["kind", ...members] });
  const named: unknown = Reflect.get(value, "kind");
  kind("kind", named);
  objectOf(`a fault of kind "${named}"`, { kind, ...target, ...ofKind[named as FaultKind] })(path, value);
};

function targetChecks(fault: unknown): MemberChecks<FaultTarget> {
  return {
    service: optional(oneOf(Object.keys(operationNames))),
    operation: optional(oneOf([...operationsOf(fault), "Unknown"])),
    region: optional(region),
    accessKeyId: optional(accessKeyId),
    principal: optional(principalArn),
    when: optional(callable),
    skip: count,
    times: count,
    untilMs: optional(numberOf({ endless: true, unit: "of milliseconds" })),
  };
}

/** The operations a fault can meet: an operation of STS never comes to S3. */
function operationsOf(fault: unknown): readonly string[] {
  const service = (fault as { readonly service?: unknown } | null | undefined)?.service;
  const { sts, s3 } = operationNames;
  if (service === "sts") return sts;
  return service === "s3" ? s3 : [...sts, ...s3];
}
