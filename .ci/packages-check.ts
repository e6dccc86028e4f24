/**
 * Packs what would be published, checks it with publint and attw, installs it into an empty folder, and uses it there:
 * with the types, without the workspace, and without the AWS SDK until the first call.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const PACKAGES = ["packages/evercred", "packages/testing"];
const folder = mkdtempSync(join(tmpdir(), "evercred-packages-"));
const bin = (name: string) => resolve("node_modules/.bin", name);

/** What a stranger would write. */
const USE = `
import { createRequire } from "node:module";
import assert from "node:assert/strict";
const { fromAssumeRole, fromStatic } = await import("evercred");
const require = createRequire(import.meta.url);
const loaded = () => Object.keys(require.cache).filter((file) => /@aws-sdk|@smithy/.test(file));
assert.deepEqual(loaded(), [], "importing evercred must not load the AWS SDK");
assert.equal(typeof require("evercred").fromEnv, "function", "require() of the package works");
const { startAwsEmulator } = await import("@evercred/testing");
const emulator = await startAwsEmulator({ roles: [{ roleName: "demo" }] });
const source = fromStatic({
  accessKeyId: emulator.env.AWS_ACCESS_KEY_ID,
  secretAccessKey: emulator.env.AWS_SECRET_ACCESS_KEY,
});
const provider = fromAssumeRole({ roleArn: "arn:aws:iam::123456789012:role/demo", source, endpoint: emulator.url });
assert.match((await provider()).accessKeyId, /^ASIA/);
assert.notDeepEqual(loaded(), []);
await emulator.close();
`;

function run(command: string, args: readonly string[], cwd: string = process.cwd()): void {
  execFileSync(command, args, { cwd, stdio: "inherit", env: { ...process.env, CI: "true" } });
}

try {
  for (const path of PACKAGES) {
    run("npx", ["--yes", "pnpm@10.34.9", "--silent", "pack", "--pack-destination", folder], path);
  }
  const tarballs = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  for (const tarball of tarballs) {
    run(bin("publint"), ["--strict", join(folder, tarball)]);
    run(bin("attw"), ["--quiet", "--profile", "esm-only", join(folder, tarball)]);
  }
  useAsStranger(tarballs);
  console.log(`${tarballs.length} packages packed, checked and used`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function useAsStranger(tarballs: readonly string[]): void {
  const tarballOf = (start: string) => `file:${join(folder, tarballs.find((file) => file.startsWith(start)) ?? "")}`;
  const dependencies = { evercred: tarballOf("evercred-0"), "@evercred/testing": tarballOf("evercred-testing") };
  const overrides = { evercred: dependencies.evercred };
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ type: "module", private: true, dependencies, overrides }),
  );
  writeFileSync(join(folder, "use.mjs"), USE);
  run("npm", ["install", "--no-audit", "--no-fund", "--silent"], folder);
  run(process.execPath, ["use.mjs"], folder);
}
