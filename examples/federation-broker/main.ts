/**
 * Programs of signed-in users get AWS credentials from a small service, each for its user's own files. The service holds
 * the only long-term key. Clients use the AWS SDK's provider for container credentials, so they need no library of ours.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { fromHttp } from "@aws-sdk/credential-providers";
import { startAwsEmulator } from "@evercred/testing";
import { fromStatic } from "evercred";
import { startBroker } from "./broker.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const bucket = "team-files";
const emulator = await startAwsEmulator({ buckets: [bucket] });
// In a program of yours: the service's own key, from a secret store; `fromEnv()` reads the environment.
const source = fromStatic({
  accessKeyId: emulator.env["AWS_ACCESS_KEY_ID"] ?? "",
  secretAccessKey: emulator.env["AWS_SECRET_ACCESS_KEY"] ?? "",
});
const broker = await startBroker({ source, bucket, endpoint: emulator.url });

/** One of a user's programs: an S3 client that asks the broker. Answers the access key id that signed its request. */
async function runProgram(user: string, program: number, authorization: string): Promise<string> {
  // In a program of yours: AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_CONTAINER_AUTHORIZATION_TOKEN in its environment.
  const credentials = fromHttp({
    awsContainerCredentialsFullUri: broker.url,
    awsContainerAuthorizationToken: authorization,
    // The SDK's 1000 ms are short for a machine that is busy with other things.
    timeout: 10_000,
  });
  const client = new S3Client({ credentials, endpoint: emulator.url, region: "us-east-1", forcePathStyle: true });
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${user}/note-${program}.txt`, Body: "Hello.\n" }));
  const { accessKeyId } = await client.config.credentials();
  client.destroy();
  return accessKeyId;
}

const users = ["alice", "bob"];
const tokens = new Map(users.map((user) => [user, broker.signIn(user)]));
const programs = Array.from({ length: 10 }, (_, index) => ({ user: users[index % users.length] ?? "", index }));
const keys = await Promise.all(programs.map(({ user, index }) => runProgram(user, index, tokens.get(user) ?? "")));
const stsCalls = emulator.requests.filter(({ service }) => service === "sts").length;
console.log(
  `${keys.length} programs of ${users.length} users, ${new Set(keys).size} sets of credentials, ${stsCalls} STS calls`,
);
assert.equal(new Set(keys).size, users.length);
assert.equal(stsCalls, users.length);

// The emulator evaluates no policies: here, alice could read bob's files. AWS evaluates them, and allows a session no more
// than the policy it carries. So this shows what each session carries.
console.log("\nWhat each session carries:");
for (const [index, user] of users.entries()) {
  const { principal, policy = "", tags } = emulator.session(keys[index] ?? "");
  const { Statement } = JSON.parse(policy) as { Statement: readonly { Resource: string }[] };
  console.log(`  ${principal}: ${Statement.map(({ Resource }) => Resource).join(", ")}; tags ${JSON.stringify(tags)}`);
  assert.equal(principal, `arn:aws:sts::123456789012:federated-user/${user}`);
  assert.equal(Statement[0]?.Resource, `arn:aws:s3:::${bucket}/${user}/*`);
  assert.deepEqual(tags, { user });
  const other = users.find((one) => one !== user) ?? "";
  assert(!policy.includes(`${other}/`), `nothing of ${other}'s`);
}

console.log("\nWho gets nothing:");
const stranger = await fetch(broker.url, { headers: { authorization: "Bearer no-such-token" } });
console.log(`  a stranger: ${stranger.status} ${await stranger.text()}`);
assert.equal(stranger.status, 401);
assert.equal(stranger.headers.get("cache-control"), "no-store");
const nobody = await fetch(broker.url);
console.log(`  somebody without a token: ${nobody.status} ${await nobody.text()}`);
assert.equal(nobody.status, 401);
// A page in a browser reaches loopback under its own name when it makes that name lead there (DNS rebinding).
const headers = { host: "attacker.example", authorization: tokens.get("alice") ?? "" };
const [rebound] = (await once(get(broker.url, { headers }), "response")) as [IncomingMessage];
console.log(`  a right token, asked of attacker.example: ${rebound.statusCode} ${await text(rebound)}`);
assert.equal(rebound.statusCode, 403);

await broker.close();
await emulator.close();
