/**
 * A GitHub Actions job uploads to S3 with no stored key: GitHub vouches for the job with a signed token, and a role trusts
 * the tokens of one branch of one repository. GitHub's token endpoint and AWS are on loopback here.
 *
 * In a program of yours, the workflow:
 *
 *     name: publish
 *     on: { push: { branches: [main] } }
 *     permissions:
 *       id-token: write # lets the job ask for its token; GitHub then sets ACTIONS_ID_TOKEN_REQUEST_URL and …_TOKEN
 *       contents: read
 *     jobs:
 *       publish:
 *         runs-on: ubuntu-latest
 *         steps:
 *           - uses: actions/checkout@v4 # better: the SHA of a commit
 *           - run: npm ci && node publish.js
 *
 * and in the role's trust policy, beside the provider token.actions.githubusercontent.com as its principal:
 *
 *     "Condition": { "StringEquals": {
 *       "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
 *       "token.actions.githubusercontent.com:sub": "repo:evercred/demo:ref:refs/heads/main" } }
 */
import assert from "node:assert/strict";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startAwsEmulator, startOidcIssuer } from "@evercred/testing";
import {
  type CredentialProvider,
  CredentialsError,
  createCredentialCache,
  fromWebIdentity,
  githubActionsToken,
} from "evercred";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const repository = "evercred/demo";
const MAIN = `repo:${repository}:ref:refs/heads/main`;
const audience = "sts.amazonaws.com";

// What an administrator has set up: GitHub as an identity provider in IAM, and the role.
const github = await startOidcIssuer();
const emulator = await startAwsEmulator({ buckets: ["releases"] });
const { arn } = emulator.addOidcProvider({ issuer: github.issuer, clientIds: [audience] });
const { arn: roleArn } = emulator.addRole({
  roleName: "publisher",
  trust: { federated: [arn], audience, subject: MAIN },
});

/** What a job of a branch does. In a program of yours: `fromWebIdentity({ roleArn, token: githubActionsToken() })`. */
function credentialsOfJob(branch: string): CredentialProvider {
  const ref = `refs/heads/${branch}`;
  // What GitHub says of the job, whatever the job says.
  github.setEndpointTokens({ subject: `repo:${repository}:ref:${ref}`, claims: { repository, ref } });
  const token = githubActionsToken({ env: github.githubEnv });
  // Every job is a process with a cache of its own; these two share one.
  const cache = createCredentialCache();
  return fromWebIdentity({ roleArn, token, roleSessionName: "publish", endpoint: emulator.url, cache });
}

console.log("A job of the branch main:");
const credentials = credentialsOfJob("main");
const s3 = new S3Client({ credentials, endpoint: emulator.url, region: "us-east-1", forcePathStyle: true });
await s3.send(new PutObjectCommand({ Bucket: "releases", Key: "v1.0.0/notes.md", Body: "First release.\n" }));
const { Body } = await s3.send(new GetObjectCommand({ Bucket: "releases", Key: "v1.0.0/notes.md" }));
const notes = await Body?.transformToString();
s3.destroy();
const { details } = credentials.status();
console.log(`  uploaded v1.0.0/notes.md as ${details?.["assumedRoleArn"]}`);
console.log(`  the token was of ${details?.["subjectFromWebIdentityToken"]}, for ${details?.["audience"]}`);
console.log(
  `  tokens asked of GitHub: ${github.count("github")}, calls of STS: ${emulator.requests.filter(isSts).length}`,
);
assert.equal(notes, "First release.\n");
assert.equal(details?.["subjectFromWebIdentityToken"], MAIN);
assert.equal(github.count("github"), 1);
assert.equal(emulator.requests.filter(isSts).length, 1);

console.log("\nA job of another branch:");
const refused = await credentialsOfJob("try-something")().catch((error: unknown) => error);
assert(refused instanceof CredentialsError);
console.log(`  ${refused.code}: ${refused.message}`);
assert.equal(refused.code, "ERR_CREDENTIALS_DENIED");

await emulator.close();
await github.close();

function isSts({ service }: { readonly service: string }): boolean {
  return service === "sts";
}
