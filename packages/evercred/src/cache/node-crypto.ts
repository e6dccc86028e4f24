/** Node's crypto, loaded at the first key: an import would make every cold start pay for it, also one that never asks. */
export function nodeCrypto(): typeof import("node:crypto") {
  return process.getBuiltinModule("node:crypto");
}
