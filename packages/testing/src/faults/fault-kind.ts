/** What a fault does; `EmulatorFault` says what each kind is. */
export type FaultKind = "latency" | "silence" | "reset" | "error" | "throttle" | "access-denied" | "refuse";
