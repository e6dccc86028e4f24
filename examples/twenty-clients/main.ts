/**
 * Twenty S3 clients, each with a credential provider of its own over a chain of two roles, and the AWS SDK's own
 * providers beside them. AWS is an emulator on loopback that checks every signature; time is moved, not waited for.
 */
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { startAwsEmulator } from "@evercred/testing";
import { createCredentialCache, fromAssumeRole, fromStatic } from "evercred";
import { claim, compare, settleClaims } from "./claims.js";
import { createFleet, type Outcome } from "./fleet.js";
import { travel } from "./time-machine.js";

// The SDK warns of Node 20 in every process; this demonstration is not about that.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const BASE = "arn:aws:iam::123456789012:role/base";
const READER = "arn:aws:iam::444455556666:role/reader";

const emulator = await startAwsEmulator({
  buckets: ["holiday-photos"],
  roles: [
    { roleName: "base" },
    { roleName: "reader", accountId: "444455556666", trust: { principals: [BASE], externalId: "123ABC" } },
  ],
});
const user = {
  accessKeyId: emulator.env["AWS_ACCESS_KEY_ID"] ?? "",
  secretAccessKey: emulator.env["AWS_SECRET_ACCESS_KEY"] ?? "",
};
const endpoint = emulator.url;
const cache = createCredentialCache();

const evercred = createFleet("Evercred", emulator, () => {
  const base = fromAssumeRole({ roleArn: BASE, source: fromStatic(user), endpoint, cache });
  return fromAssumeRole({ roleArn: READER, externalId: "123ABC", source: base, endpoint, cache });
});
const sdk = createFleet("AWS SDK", emulator, () => {
  const clientConfig = { endpoint, region: "us-east-1" };
  const base = fromTemporaryCredentials({ params: { RoleArn: BASE }, masterCredentials: user, clientConfig });
  const params = { RoleArn: READER, ExternalId: "123ABC" };
  return fromTemporaryCredentials({ params, masterCredentials: base, clientConfig });
});

function summary({ sent, failed, pending, slowestMs, stsCalls }: Outcome): string {
  const late = pending === 0 ? "" : `, ${pending} without an answer after 2 s`;
  return `${sent} requests, ${failed} failed${late}; slowest ${slowestMs.toFixed(0)} ms; ${stsCalls} STS calls`;
}

console.log("1. Twenty clients, each with a provider of its own over two roles, send their first request\n");
const first = await evercred.sendOnce();
const sdkFirst = await sdk.sendOnce();
claim(`Evercred: ${summary(first)}`, first.failed === 0 && first.pending === 0 && first.stsCalls === 2);
compare(`AWS SDK:  ${summary(sdkFirst)}`);
await evercred.sendFor(0.5);

console.log("\n2. Fifty-six minutes later, with four minutes of validity left, STS answers 500\n");
travel(56);
const waitedBefore = cache.stats().misses;
let lift = emulator.addFault({ operation: "AssumeRole", kind: "error" });
const down = await evercred.sendFor(2);
const sdkDown = await sdk.sendFor(2);
lift();
claim(`Evercred: ${summary(down)}`, down.failed === 0 && down.pending === 0);
claim(`no request waited for STS (${cache.stats().misses - waitedBefore} did)`, cache.stats().misses === waitedBefore);
claim(`each role was asked for once, with two retries, and then left alone`, down.stsCalls <= 6);
compare(`AWS SDK:  ${summary(sdkDown)}${sdkDown.error === undefined ? "" : `\n              ${sdkDown.error}`}`);

console.log("\n3. A minute later STS is well again\n");
travel(1);
const oldKey = accessKeyOf(await evercred.sendOnce());
await evercred.sendFor(0.5);
const renewed = await evercred.sendOnce();
claim(`Evercred: ${summary(renewed)}`, renewed.failed === 0);
claim(
  `fresh credentials arrived three minutes ahead of expiration, and no request waited for them`,
  accessKeyOf(renewed) !== oldKey && cache.stats().misses === waitedBefore,
);
await sdk.sendOnce();

console.log("\n4. Fifty-six minutes later again STS is silent: it takes requests and never answers\n");
travel(56);
const waitedBeforeSilence = cache.stats().misses;
lift = emulator.addFault({ operation: "AssumeRole", kind: "silence" });
const silent = await evercred.sendFor(1);
const sdkSilent = await sdk.sendFor(1);
lift();
claim(`Evercred: ${summary(silent)}`, silent.failed === 0 && silent.pending === 0);
claim("no request waited for STS", cache.stats().misses === waitedBeforeSilence);
compare(`AWS SDK:  ${summary(sdkSilent)}`);

evercred.destroy();
sdk.destroy();
await cache[Symbol.asyncDispose]();
await emulator.close();
settleClaims();

/** The key that signed the last request that S3 saw. */
function accessKeyOf(_sent: Outcome): string | undefined {
  return emulator.requests.findLast(({ service }) => service === "s3")?.accessKeyId;
}
