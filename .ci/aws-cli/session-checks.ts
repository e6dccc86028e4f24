import { createPublicKey, type JsonWebKey, verify } from "node:crypto";
import type { AwsEmulator } from "@evercred/testing";
import { codeByPython, element, type QueryAnswer, querySignedByBotocore } from "./python.js";
import {
  assume,
  authenticator,
  aws,
  type Check,
  type Environment,
  equal,
  fail,
  guardedArn,
  type Outcome,
  refused,
  sessionEnv,
  succeeded,
} from "./run-cli.js";

const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
});

/** GetSessionToken, GetFederationToken, GetAccessKeyInfo and what their credentials cannot do. */
export function sessionChecks(emulator: AwsEmulator): readonly Check[] {
  return [...sessionTokenChecks(emulator), ...federationTokenChecks(emulator), ...newerChecks(emulator)];
}

function sessionTokenChecks(emulator: AwsEmulator): readonly Check[] {
  const sts = (...args: readonly string[]): Promise<Outcome> => aws(emulator, ["sts", ...args]);
  const guarded = ["sts", "assume-role", "--role-arn", guardedArn, "--role-session-name", "cli"];
  return [
    {
      name: "get-session-token without MFA, for 36 hours",
      async run() {
        const env = sessionEnv(succeeded(await sts("get-session-token", "--duration-seconds", "129600")));
        equal(await identityOf(emulator, env), "arn:aws:iam::123456789012:user/demo");
      },
    },
    {
      name: "get-session-token with an authenticator's code opens the role that asks for MFA",
      async run() {
        const code = await codeByPython(emulator.mfaSeed(authenticator), emulator.clock.now());
        const mfa = ["--serial-number", authenticator, "--token-code", code];
        const env = sessionEnv(succeeded(await sts("get-session-token", ...mfa)));
        succeeded(await aws(emulator, [...guarded, "--external-id", "tenant-1"], env));
        refused(await sts("get-session-token", ...mfa), /\(AccessDenied\).*invalid MFA one time pass code/s);
      },
    },
    {
      name: "get-session-token refused for a role session and for a session of its own",
      async run() {
        const role = sessionEnv(succeeded(await assume(emulator)));
        const user = sessionEnv(succeeded(await sts("get-session-token")));
        for (const env of [role, user]) {
          const asked = await aws(emulator, ["sts", "get-session-token"], env);
          refused(asked, /\(AccessDenied\).*Cannot call GetSessionToken with session credentials/s);
        }
        refused(await aws(emulator, ["sts", "get-federation-token", "--name", "Bob"], user), /\(AccessDenied\)/);
      },
    },
    {
      name: "get-access-key-info",
      async run() {
        const answer = succeeded(
          await sts("get-access-key-info", "--access-key-id", emulator.env["AWS_ACCESS_KEY_ID"] ?? ""),
        );
        equal(JSON.parse(answer.stdout).Account, "123456789012");
      },
    },
    {
      name: "assume-role refused for a root user",
      async run() {
        const { credentials } = emulator.addRootUser();
        const env = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
        equal(await identityOf(emulator, env), "arn:aws:iam::123456789012:root");
        refused(await aws(emulator, guarded, env), /\(AccessDenied\).*Roles may not be assumed by root accounts/s);
      },
    },
    {
      name: "get-session-token refused where STS is not activated",
      async run() {
        const asked = await sts("get-session-token", "--region", "eu-south-1");
        refused(asked, /\(RegionDisabledException\).*STS is not activated in this region for account:123456789012/s);
      },
    },
  ];
}

function federationTokenChecks(emulator: AwsEmulator): readonly Check[] {
  const federate = (...args: readonly string[]): Promise<Outcome> =>
    aws(emulator, ["sts", "get-federation-token", "--name", "Bob", ...args]);
  return [
    {
      name: "get-federation-token with policies and tags",
      async run() {
        const more = [
          "--policy-arns",
          "arn=arn:aws:iam::aws:policy/ReadOnlyAccess",
          "--tags",
          "Key=Project,Value=Pegasus",
        ];
        const answer = succeeded(await federate("--policy", policy, ...more, "--duration-seconds", "900"));
        const { FederatedUser, PackedPolicySize } = JSON.parse(answer.stdout);
        equal(FederatedUser.Arn, "arn:aws:sts::123456789012:federated-user/Bob");
        equal(typeof PackedPolicySize, "number");
        const env = sessionEnv(answer);
        equal(await identityOf(emulator, env), FederatedUser.Arn);
        equal(emulator.session(env["AWS_ACCESS_KEY_ID"] ?? "").tags["Project"], "Pegasus");
        const assumed = ["sts", "assume-role", "--role-arn", guardedArn, "--role-session-name", "cli"];
        refused(await aws(emulator, assumed, env), /\(AccessDenied\)/);
      },
    },
    {
      name: "get-federation-token refused for a role session",
      async run() {
        const env = sessionEnv(succeeded(await assume(emulator)));
        const asked = await aws(emulator, ["sts", "get-federation-token", "--name", "Bob"], env);
        refused(asked, /\(AccessDenied\).*Cannot call GetFederationToken with session credentials/s);
      },
    },
  ];
}

/** The CLI of Debian 12 (2.9.19) is older than AssumeRoot and GetWebIdentityToken, so its botocore signs them here. */
function newerChecks(emulator: AwsEmulator): readonly Check[] {
  const ask = (parameters: Readonly<Record<string, string>>, url = emulator.url): Promise<QueryAnswer> =>
    querySignedByBotocore({ url, parameters, env: emulator.env });
  const audit = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
  const root = { Action: "AssumeRoot", TargetPrincipal: "111122223333", "TaskPolicyArn.arn": audit };
  return [
    {
      name: "AssumeRoot signed by botocore, and its session in the CLI",
      async run() {
        const answer = await ask(root);
        equal(answer.status, 200);
        const env = {
          AWS_ACCESS_KEY_ID: element(answer, "AccessKeyId"),
          AWS_SECRET_ACCESS_KEY: element(answer, "SecretAccessKey"),
          AWS_SESSION_TOKEN: element(answer, "SessionToken"),
        };
        equal(await identityOf(emulator, env), "arn:aws:iam::111122223333:root");
      },
    },
    {
      name: "AssumeRoot refused by the global endpoint",
      async run() {
        const answer = await ask(root, await emulator.regionUrl("aws-global"));
        equal(`${answer.status} ${element(answer, "Code")}`, "400 InvalidAction");
      },
    },
    {
      name: "GetWebIdentityToken signed by botocore, and its token verified by Node's own crypto",
      async run() {
        const audience = { "Audience.member.1": "https://api.example.com" };
        const answer = await ask({ Action: "GetWebIdentityToken", SigningAlgorithm: "ES384", ...audience });
        equal(answer.status, 200);
        equal(await verifiedAudience(emulator, element(answer, "WebIdentityToken")), "https://api.example.com");
      },
    },
  ];
}

async function identityOf(emulator: AwsEmulator, env: Environment): Promise<string> {
  return JSON.parse(succeeded(await aws(emulator, ["sts", "get-caller-identity"], env)).stdout).Arn;
}

/** The audience of a token, when one of its issuer's published keys signed it. */
async function verifiedAudience(emulator: AwsEmulator, token: string): Promise<string> {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const { kid } = decoded(header);
  const published = await fetch(`${emulator.outboundIssuer()}/.well-known/jwks.json`);
  const { keys } = (await published.json()) as { keys: readonly (JsonWebKey & { kid: string })[] };
  const jwk = keys.find((one) => one.kid === kid) ?? fail("the token's key is not published");
  const key = createPublicKey({ key: jwk, format: "jwk" });
  const signed = Buffer.from(`${header}.${payload}`);
  const valid = verify("sha384", signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  return valid ? (decoded(payload)["aud"] ?? "") : fail("the token's signature is wrong");
}

function decoded(part: string): Record<string, string> {
  return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
}
