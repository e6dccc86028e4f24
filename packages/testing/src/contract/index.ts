export { describeProviderContract } from "./describe-provider-contract.js";
export type { ContractOptions, ProviderHarness } from "./provider-harness.js";
