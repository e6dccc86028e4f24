/**
 * Forty callers use ten roles that all ask for MFA. One session with MFA is behind them, so the person types one code,
 * and STS is asked eleven times: once for the session, once a role. On loopback the emulator's device answers.
 */
import assert from "node:assert/strict";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { startAwsEmulator } from "@evercred/testing";
import { type CredentialProvider, fromAssumeRole, fromMfaSession, fromStatic } from "evercred";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const CALLERS = 40;
const ROLES = 10;
const serialNumber = "arn:aws:iam::123456789012:mfa/demo";
const roleNames = Array.from({ length: ROLES }, (_, index) => `team-${index}`);
const emulator = await startAwsEmulator({
  users: [{ userName: "demo", mfaSerialNumbers: [serialNumber] }],
  roles: roleNames.map((roleName) => ({ roleName, trust: { requireMfa: true } })),
});
const endpoint = emulator.url;
const user = {
  accessKeyId: emulator.env["AWS_ACCESS_KEY_ID"] ?? "",
  secretAccessKey: emulator.env["AWS_SECRET_ACCESS_KEY"] ?? "",
};

let prompts = 0;
/** In a program of yours: `readline.question("MFA code: ")`. */
async function tokenCode(device: string): Promise<string> {
  prompts += 1;
  console.log(`Code for ${device}? ······`);
  return emulator.mfaCode(device);
}

/**
 * What a module of yours would do that knows nothing of the others: it builds all of its own providers. In a program of
 * yours the `source` may be left out, for the keys of the environment; and so may the `endpoint`.
 */
function buildProvider(roleName: string): CredentialProvider {
  const session = fromMfaSession({ source: fromStatic(user), serialNumber, tokenCode, endpoint });
  return fromAssumeRole({ roleArn: `arn:aws:iam::123456789012:role/${roleName}`, source: session, endpoint });
}

const providers = Array.from({ length: CALLERS }, (_, index) => buildProvider(roleNames[index % ROLES] ?? ""));
await Promise.all(
  providers.map(async (credentials) => {
    const client = new S3Client({ credentials, endpoint, region: "us-east-1" });
    await client.send(new ListBucketsCommand({}));
    client.destroy();
  }),
);
await emulator.close();

const answered = emulator.requests.filter(({ operation }) => operation === "ListBuckets");
const principals = new Set(answered.map(({ principal }) => principal?.replace(/[^/]+$/, "")));
const sessionCalls = emulator.count("GetSessionToken");
const roleCalls = emulator.count("AssumeRole");
console.log(
  `${answered.length} requests arrived at S3, from sessions of ${principals.size} roles, each of which asks for MFA`,
);
console.log(`origin of the first: ${providers[0]?.status().origin.join(" ← ")}`);
console.log(`prompts: ${prompts}; STS calls: ${sessionCalls} GetSessionToken + ${roleCalls} AssumeRole`);
assert.equal(answered.length, CALLERS);
assert.equal(principals.size, ROLES);
assert.equal(prompts, 1);
assert.equal(sessionCalls + roleCalls, 1 + ROLES);
assert.equal(emulator.requests.filter(({ service }) => service === "sts").length, 1 + ROLES);
