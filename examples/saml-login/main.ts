/**
 * A person signs in at a SAML identity provider once, sees the roles it offers, and uses several of them. The identity
 * provider and AWS are on loopback; the assertion is signed, and the emulator checks the signature.
 */
import assert from "node:assert/strict";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { startAwsEmulator, startSamlIdp } from "@evercred/testing";
import { CredentialsDeniedError, CredentialsError, fromSaml, listSamlRoles } from "evercred";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

// What an administrator has set up: an identity provider that IAM knows, and roles that trust it.
const principalArn = "arn:aws:iam::123456789012:saml-provider/company";
const roleNames = ["reader", "deployer", "auditor"];
const roles = roleNames.map((name) => ({ roleArn: `arn:aws:iam::123456789012:role/${name}`, principalArn }));
const password = "correct horse battery staple";
const idp = await startSamlIdp({ users: [{ username: "alice", password, assertion: { roles } }] });
const emulator = await startAwsEmulator({
  buckets: ["holiday-photos"],
  samlProviders: [{ name: "company", metadata: idp.metadata }],
  roles: roleNames.map((roleName) => ({ roleName, trust: { federated: [principalArn] } })),
});

/**
 * Signs in as a browser does: the form, then the page that carries the assertion. In a program of yours: open the sign-on
 * page in the person's browser and receive the SAMLResponse, or drive your identity provider's form and its MFA like this.
 */
async function signIn(typed: string): Promise<string> {
  const form = await (await fetch(idp.signOnUrl)).text();
  const [, action = ""] = /<form method="post" action="([^"]+)"/.exec(form) ?? [];
  const body = new URLSearchParams({ username: "alice", password: typed });
  const answer = await fetch(new URL(action, idp.signOnUrl), { method: "POST", body });
  const page = await answer.text();
  const [, samlResponse] = /name="SAMLResponse" value="([^"]+)"/.exec(page) ?? [];
  if (samlResponse === undefined) {
    const [, said = "no SAMLResponse in the page"] = /role="alert">([^<]+)/.exec(page) ?? [];
    // An error of Evercred's own reaches the caller as it is; any other one would count as an outage that may pass.
    const refusal = { serviceCode: String(answer.status), operation: "sign-in" };
    throw new CredentialsDeniedError(`${idp.signOnUrl} did not sign alice in: ${said} Sign in again.`, refusal);
  }
  return samlResponse;
}

console.log("1. A wrong password");
const mistyped = fromSaml({ assertion: () => signIn("correct horse"), endpoint: emulator.url });
const refused = await mistyped().catch((error: unknown) => error);
assert(refused instanceof CredentialsError);
console.log(`   ${refused.code}: ${refused.message}`);
assert.equal(refused.code, "ERR_CREDENTIALS_DENIED");
assert.match(refused.message, /password is wrong/);
assert.equal(emulator.count("AssumeRoleWithSAML"), 0, "nothing was sent to STS");

console.log("\n2. The right one, and what it offers");
let unused: string | undefined = await signIn(password);
const offered = await listSamlRoles(unused);
for (const [index, { roleArn }] of offered.roles.entries()) {
  console.log(`   ${index + 1}  ${roleArn}`);
}
console.log(`   for ${offered.roleSessionName}, to be used within minutes; sessions last longer than that`);

/** The sign-in above comes first. Later, when a session has ended and somebody waits, the person is asked again. */
async function assertion(): Promise<string> {
  const answer = unused ?? (await signIn(password));
  unused = undefined;
  return answer;
}

console.log("\n3. Several roles on that one sign-in");
// Providers with the same `assertion` function share what it answered. Nothing is asked before somebody needs credentials.
const providers = offered.roles.map(({ roleArn }) => fromSaml({ assertion, roleArn, endpoint: emulator.url }));
await Promise.all(providers.map((provider) => provider()));
for (const provider of providers) {
  const { details, remainingMs = 0 } = provider.status();
  console.log(`   ${details?.["assumedRoleArn"]}, for ${Math.round(remainingMs / 60_000)} minutes`);
}

// In a program of yours: the person's choice from the list.
const choice = providers[roleNames.indexOf("reader")];
assert(choice !== undefined);
const s3 = new S3Client({ credentials: choice, endpoint: emulator.url, region: "us-east-1", forcePathStyle: true });
const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
await s3.send(new ListBucketsCommand({}));
s3.destroy();
await emulator.close();
await idp.close();

const signer = emulator.requests.findLast(({ service }) => service === "s3")?.principal;
const stsCalls = emulator.count("AssumeRoleWithSAML");
console.log(`   S3 saw ${signer}, which found ${Buckets.map(({ Name }) => Name).join()}`);
console.log(`   sign-ins: ${idp.signIns}; STS calls: ${stsCalls}, one a role`);
assert.equal(offered.roles.length, roleNames.length);
assert.equal(signer, "arn:aws:sts::123456789012:assumed-role/reader/alice");
assert.equal(idp.signIns, 1);
assert.equal(stsCalls, roleNames.length);
