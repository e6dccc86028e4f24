import { describe, expect, test } from "vitest";
import type { EmulatorFault } from "../../src/index.js";
import { startEmulator } from "../emulator-fixture.js";
import { refusalOf } from "../refusal.js";

async function refusal(fault: unknown): Promise<unknown> {
  const emulator = await startEmulator();
  return refusalOf(() => emulator.addFault(fault as EmulatorFault));
}

describe("a fault is refused", () => {
  test.each<[unknown, string]>([
    [undefined, "a fault must be an object with kind, service, "],
    ["throttle", "got a string"],
    [
      {},
      '"kind" must be one of "latency", "silence", "reset", "error", "throttle", "access-denied", "refuse"; got undefined',
    ],
    [{ kind: "slow" }, '; got "slow"'],
    [{ kind: "Throttle" }, 'got "Throttle"; did you mean "throttle"?'],
    [{ type: "error" }, '"type" is no member of a fault; it has kind, service, operation, '],
    [{ kind: "error", operations: "AssumeRole" }, '"operations" is no member of a fault; did you mean "operation"?'],
    [{ kind: "error", latencyMs: 5 }, '"latencyMs" is no member of a fault of kind "error"'],
    [{ kind: "latency" }, '"latencyMs" must be a finite number of milliseconds, 0 to 2147483647; got undefined'],
    [{ kind: "latency", latencyMs: -1 }, "got -1"],
    [{ kind: "latency", latencyMs: 2 ** 31 }, "got 2147483648"],
    [{ kind: "latency", latencyMs: "5" }, "got a string"],
    [{ kind: "refuse" }, '"status" must be a whole number, 300 to 599; got undefined'],
    [{ kind: "refuse", status: 200, code: "Ok" }, "got 200"],
    [{ kind: "refuse", status: 400 }, '"code" must be a non-empty string; got undefined'],
    [{ kind: "refuse", status: 400, code: "" }, "got an empty string"],
    [{ kind: "refuse", status: 400, code: "Teapot", message: 5 }, '"message" must be a string; got a number'],
    [{ kind: "error", service: "dynamodb" }, '"service" must be one of "sts", "s3"; got "dynamodb"'],
    [{ kind: "error", operation: "assumeRole" }, 'got "assumeRole"; did you mean "AssumeRole"?'],
    [{ kind: "error", operation: "GetItem" }, '"operation" must be one of "AssumeRole", "AssumeRoot", '],
    [{ kind: "error", service: "s3", operation: "AssumeRole" }, '"operation" must be one of "ListBuckets", '],
    [{ kind: "error", region: "" }, '"region" must be a region, such as "us-east-1"; got an empty string'],
    [{ kind: "error", principal: "demo" }, '"principal" must be an ARN of IAM or STS; got a string of 4'],
    [
      { kind: "error", accessKeyId: "a secret" },
      '"accessKeyId" must be 16 to 128 upper-case letters and digits; got a string of 8',
    ],
    [{ kind: "error", times: "2" }, '"times" must be a whole number, 0 or more; got a string'],
    [{ kind: "error", times: 1.5 }, "got 1.5"],
    [{ kind: "error", skip: -1 }, '"skip" must be a whole number, 0 or more; got -1'],
    [{ kind: "error", untilMs: "soon" }, '"untilMs" must be a number of milliseconds; got a string'],
    [{ kind: "error", untilMs: Number.NaN }, "got NaN"],
    [{ kind: "error", untilMs: new Date(0) }, "got an object"],
    [{ kind: "error", when: true }, '"when" must be a function; got a boolean'],
  ])("%o", async (fault, message) => {
    expect(await refusal(fault)).toContain(message);
  });
});

test.each<EmulatorFault>([
  { kind: "error", service: "s3", operation: "PutObject", skip: 0, times: 0, untilMs: Number.POSITIVE_INFINITY },
  { kind: "silence", service: "sts", operation: "Unknown", principal: "arn:aws:iam::123456789012:user/demo" },
  { kind: "refuse", status: 301, code: "PermanentRedirect", message: "" },
  { kind: "latency", latencyMs: 0, operation: undefined } as unknown as EmulatorFault,
])("%o is taken", async (fault) => {
  const emulator = await startEmulator();
  expect(emulator.addFault(fault)).toBeTypeOf("function");
});
