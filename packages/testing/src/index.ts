export type { AwsEmulator, AwsEmulatorOptions } from "./aws-emulator.js";
export type { EmulatorClock, TimeSource } from "./emulator-clock.js";
export { createFakeClock, type FakeClock } from "./fake-clock.js";
export type { EmulatorFault, FaultTarget } from "./faults/emulator-fault.js";
export type { FaultKind } from "./faults/fault-kind.js";
export type { AddedRole, EmulatorRole, TrustPolicy } from "./identity/emulator-role.js";
export type { AddedUser, EmulatorUser } from "./identity/emulator-user.js";
export type { RecordedRequest } from "./record/recorded-request.js";
export { startAwsEmulator } from "./start-aws-emulator.js";
