import { tellResult } from "../processes/run-probe.js";

/** How long one import takes in a fresh process. `import-probe.js <specifier>`. */
const specifier = process.argv[2] ?? "";
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
await import(specifier);
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);
tellResult({ ms, cpuMs: (user + system) / 1_000 });
