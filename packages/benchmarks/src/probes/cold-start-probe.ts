import { tellResult } from "../processes/run-probe.js";

/** The first AssumeRole of a fresh process: import, provider, one call. `cold-start-probe.js evercred|sdk env|keys`. */
const [side, signer] = process.argv.slice(2);
const roleArn = "arn:aws:iam::123456789012:role/cold";
const keys = {
  accessKeyId: process.env["AWS_ACCESS_KEY_ID"] ?? "",
  secretAccessKey: process.env["AWS_SECRET_ACCESS_KEY"] ?? "",
};

async function evercred(): Promise<unknown> {
  const { fromAssumeRole, fromStatic } = await import("evercred");
  return fromAssumeRole({ roleArn, ...(signer === "keys" ? { source: fromStatic(keys) } : {}) })();
}

async function sdk(): Promise<unknown> {
  const { fromTemporaryCredentials } = await import("@aws-sdk/credential-providers");
  const params = { RoleArn: roleArn };
  return fromTemporaryCredentials({ params, ...(signer === "keys" ? { masterCredentials: keys } : {}) })();
}

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
await (side === "evercred" ? evercred() : sdk());
const ms = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);
// Kilobytes on every system that Node runs on.
const cpuMs = (user + system) / 1_000;
tellResult({ ms, cpuMs, rssMiB: process.resourceUsage().maxRSS / 1024 });
process.exit();
