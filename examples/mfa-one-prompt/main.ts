/** Five clients use a role that asks for MFA. The person is asked once; on loopback the emulator's device answers. */
import assert from "node:assert/strict";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { startAwsEmulator } from "@evercred/testing";
import { fromAssumeRole, fromStatic } from "evercred";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const serialNumber = "arn:aws:iam::123456789012:mfa/demo";
const emulator = await startAwsEmulator({
  users: [{ userName: "demo", mfaSerialNumbers: [serialNumber] }],
  roles: [{ roleName: "admin", trust: { requireMfa: true } }],
});
const source = fromStatic({
  accessKeyId: emulator.env["AWS_ACCESS_KEY_ID"] ?? "",
  secretAccessKey: emulator.env["AWS_SECRET_ACCESS_KEY"] ?? "",
});

let prompts = 0;
/** In a program of yours: `readline.question("MFA code: ")`. */
async function tokenCode(device: string): Promise<string> {
  prompts += 1;
  console.log(`Code for ${device}? ······`);
  return emulator.mfaCode(device);
}

const callers = await Promise.all(
  Array.from({ length: 5 }, async () => {
    const roleArn = "arn:aws:iam::123456789012:role/admin";
    const credentials = fromAssumeRole({ roleArn, serialNumber, tokenCode, source, endpoint: emulator.url });
    const client = new STSClient({ endpoint: emulator.url, region: "us-east-1", credentials });
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    client.destroy();
    return Arn;
  }),
);
await emulator.close();

console.log(`${callers.length} clients are ${callers[0]}; prompts: ${prompts}`);
assert.equal(new Set(callers).size, 1);
assert.equal(prompts, 1);
