import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type AssumeRoleWithWebIdentityCommandOutput,
  GetCallerIdentityCommand,
} from "@aws-sdk/client-sts";
import { describe, expect, test } from "vitest";
import type { AwsEmulator, EmulatorRole, OidcIssuer, OidcTokenOptions, TrustPolicy } from "../../src/index.js";
import { assumeRole, keysOf, startEmulator, stsClient } from "../emulator-fixture.js";
import { startIssuer } from "../oidc/issuer-fixture.js";
import { sendWire } from "../wire.js";

const roleArn = "arn:aws:iam::123456789012:role/deploy";
const tagsClaim = "https://aws.amazon.com/tags";

interface Federation {
  readonly emulator: AwsEmulator;
  readonly issuer: OidcIssuer;
  ask(
    token: OidcTokenOptions | string,
    input?: Partial<AssumeRoleWithWebIdentityCommandInput>,
  ): Promise<AssumeRoleWithWebIdentityCommandOutput>;
}

async function federation(trust: TrustPolicy = {}, role: Partial<EmulatorRole> = {}): Promise<Federation> {
  const emulator = await startEmulator();
  const issuer = await startIssuer({ clock: emulator.clock, algorithm: "ES256" });
  const { arn } = emulator.addOidcProvider({ issuer: issuer.issuer, clientIds: ["sts.amazonaws.com", "app"] });
  emulator.addRole({ roleName: "deploy", trust: { federated: [arn], ...trust }, ...role });
  return {
    emulator,
    issuer,
    async ask(token, input = {}) {
      const text = typeof token === "string" ? token : await issuer.token(token);
      const command = { RoleArn: roleArn, RoleSessionName: "job", WebIdentityToken: text, ...input };
      return stsClient(emulator).send(new AssumeRoleWithWebIdentityCommand(command));
    },
  };
}

function refused(name: string, status: number, message: string) {
  return { name, message: expect.stringContaining(message), $metadata: { httpStatusCode: status } };
}

const invalid = (message = "could not be validated") => refused("InvalidIdentityTokenException", 400, message);
const denied = refused("AccessDenied", 403, "Not authorized to perform sts:AssumeRoleWithWebIdentity");
const unreachable = refused("IDPCommunicationErrorException", 400, "could not be reached");
const noKey = invalid("Couldn't retrieve verification key from your identity provider, please reference");

test("answers as STS does", async () => {
  const { emulator, issuer, ask } = await federation();
  const answer = await ask({ subject: "repo:octo-org/octo-repo", audience: "app" });
  expect(answer).toMatchObject({
    AssumedRoleUser: {
      Arn: "arn:aws:sts::123456789012:assumed-role/deploy/job",
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{16}:job$/),
    },
    SubjectFromWebIdentityToken: "repo:octo-org/octo-repo",
    Provider: issuer.issuer,
    Audience: "app",
  });
  expect(answer.PackedPolicySize).toBeUndefined();
  const remainingMs = Number(answer.Credentials?.Expiration) - emulator.clock.now();
  expect(Math.round(remainingMs / 10_000)).toBe(360);
  const identity = await stsClient(emulator, { credentials: keysOf(answer) }).send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe(answer.AssumedRoleUser?.Arn);
});

test("asks for no signature", async () => {
  const { emulator, issuer } = await federation();
  const query = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: "job",
    WebIdentityToken: await issuer.token(),
  });
  const headers = { host: `127.0.0.1:${emulator.port}` };
  const answer = await sendWire(emulator.port, { method: "GET", target: `/?${query}`, headers, body: "" });
  expect(answer.status).toBe(200);
  expect(JSON.stringify(emulator.requests)).not.toContain(query.get("WebIdentityToken"));
});

test("takes RSA signatures as well", async () => {
  const emulator = await startEmulator();
  const issuer = await startIssuer({ clock: emulator.clock });
  const { arn } = emulator.addOidcProvider({ issuer: issuer.issuer, clientIds: ["sts.amazonaws.com"] });
  emulator.addRole({ roleName: "deploy", trust: { federated: [arn] } });
  const command = { RoleArn: roleArn, RoleSessionName: "job", WebIdentityToken: await issuer.token() };
  const answer = await stsClient(emulator).send(new AssumeRoleWithWebIdentityCommand(command));
  expect(answer.Audience).toBe("sts.amazonaws.com");
});

describe("refuses a token", () => {
  test.each<[string, OidcTokenOptions | string, object]>([
    ["that is no JWT", "an-access-token", invalid("The ID Token provided is not a valid JWT.")],
    ["that another key signed", { sign: "wrong-key" }, invalid()],
    ["that was changed", { sign: "tampered" }, invalid()],
    ["that nobody signed", { sign: "none" }, invalid()],
    ["of a key that is not published", { keyId: "other" }, noKey],
    ["for somebody else", { audience: "other" }, invalid("Incorrect token audience")],
    ["without an audience", { claims: { aud: undefined } }, invalid("Missing a required claim: aud")],
    ["without an end", { claims: { exp: undefined } }, invalid("Missing a required claim: exp")],
    ["without an issuer", { claims: { iss: undefined } }, invalid("Missing a required claim: iss")],
    ["that is not valid yet", { notBeforeSeconds: 600 }, invalid()],
    ["with times that are no integers", { claims: { exp: 9_999_999_999.5 } }, invalid()],
    ["with a source identity that is no text", { claims: { "https://aws.amazon.com/source_identity": 1 } }, invalid()],
    ["with tags that are none", { claims: { [tagsClaim]: "Project" } }, invalid()],
    ["with two values of a tag", { claims: { [tagsClaim]: { principal_tags: { a: ["1", "2"] } } } }, invalid()],
    [
      "of an issuer that is no provider",
      { claims: { iss: "https://other.example" } },
      invalid("No OpenIDConnect provider found in your account for https://other.example"),
    ],
  ])("%s", async (_what, token, error) => {
    const { ask } = await federation();
    await expect(ask(token)).rejects.toMatchObject(error);
  });

  test("five minutes after it expired, and no earlier", async () => {
    const { emulator, issuer, ask } = await federation();
    const token = await issuer.token({ expiresInSeconds: 60 });
    const expiresAt = Math.floor(emulator.clock.now() / 1000) + 60;
    emulator.clock.advance(350_000);
    await ask(token);
    emulator.clock.advance(20_000);
    const now = Math.floor(emulator.clock.now() / 1000);
    const words = `Token expired: current date/time ${now} must be before the expiration date/time ${expiresAt}`;
    await expect(ask(token)).rejects.toMatchObject(refused("ExpiredTokenException", 400, words));
  });

  test("of an issuer that is the same but for the scheme", async () => {
    const { issuer, ask } = await federation();
    const iss = issuer.issuer.replace("http:", "https:");
    await expect(ask({ claims: { iss } })).rejects.toMatchObject(invalid("No OpenIDConnect provider found"));
  });
});

describe("an identity provider", () => {
  test("is asked for its keys once, and again when they are a minute old", async () => {
    const { emulator, issuer, ask } = await federation();
    await ask({});
    await Promise.all([ask({}), ask({})]);
    expect([issuer.count("discovery"), issuer.count("jwks")]).toEqual([1, 1]);
    emulator.clock.advance(60_000);
    await ask({});
    expect(issuer.count("jwks")).toBe(2);
  });

  test("is asked again for a key that is new", async () => {
    const { issuer, ask } = await federation();
    await ask({});
    await issuer.rotateKeys();
    await ask({});
    expect(issuer.count("jwks")).toBe(2);
  });

  test.each([
    ["reset", "discovery", unreachable],
    ["error", "jwks", unreachable],
    ["malformed", "jwks", noKey],
    ["malformed", "discovery", noKey],
  ] as const)("that answers with %s at %s gives no key, until it recovers", async (outage, endpoint, error) => {
    const { issuer, ask } = await federation();
    issuer.setOutage(outage, endpoint);
    await expect(ask({})).rejects.toMatchObject(error);
    issuer.setOutage(undefined);
    await ask({});
  });

  test("that is gone can't be reached", async () => {
    const { issuer, ask } = await federation();
    const token = await issuer.token();
    await issuer.close();
    await expect(ask(token)).rejects.toMatchObject(unreachable);
  });

  test("beyond loopback is not asked", async () => {
    const { emulator, ask } = await federation();
    const iss = "https://issuer.example";
    const { arn } = emulator.addOidcProvider({ issuer: iss, clientIds: ["sts.amazonaws.com"] });
    emulator.addRole({ roleName: "deploy", trust: { federated: [arn] } });
    await expect(ask({ claims: { iss } })).rejects.toMatchObject(unreachable);
  });

  test("of another account counts for nothing", async () => {
    const { emulator, ask } = await federation();
    emulator.addRole({ roleName: "deploy", accountId: "111122223333", trust: { federated: [] } });
    const input = { RoleArn: "arn:aws:iam::111122223333:role/deploy" };
    await expect(ask({}, input)).rejects.toMatchObject(invalid("No OpenIDConnect provider found in your account"));
  });
});

describe("a role", () => {
  test("that is not there, or trusts no provider, is refused in the same words", async () => {
    const { emulator, ask } = await federation();
    emulator.addRole({ roleName: "plain" });
    await expect(ask({}, { RoleArn: "arn:aws:iam::123456789012:role/none" })).rejects.toMatchObject(denied);
    await expect(ask({}, { RoleArn: "arn:aws:iam::123456789012:role/plain" })).rejects.toMatchObject(denied);
  });

  test("may ask for an audience and a subject", async () => {
    const { ask } = await federation({ audience: "app", subject: ["job-1", "job-2"] });
    expect((await ask({ audience: "app", subject: "job-2" })).Audience).toBe("app");
    await expect(ask({ audience: "app", subject: "job-3" })).rejects.toMatchObject(denied);
    await expect(ask({ audience: "sts.amazonaws.com", subject: "job-1" })).rejects.toMatchObject(denied);
  });

  test("compares azp before aud", async () => {
    const { ask } = await federation({ audience: "app" });
    expect(await ask({ audience: "api", claims: { azp: "app" } })).toMatchObject({ Audience: "app" });
    await expect(ask({ audience: "app", claims: { azp: "other" } })).rejects.toMatchObject(denied);
  });

  test("takes one of several audiences", async () => {
    const { ask } = await federation({ audience: "app" });
    expect(await ask({ audience: ["other", "app"] })).toMatchObject({ Audience: "app" });
  });

  test("bounds the session", async () => {
    const { emulator, ask } = await federation({}, { maxSessionDurationSeconds: 7200 });
    const answer = await ask({}, { DurationSeconds: 7200 });
    expect(Math.round((Number(answer.Credentials?.Expiration) - emulator.clock.now()) / 10_000)).toBe(720);
    await expect(ask({}, { DurationSeconds: 7201 })).rejects.toMatchObject(
      refused(
        "ValidationError",
        400,
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
      ),
    );
  });
});

describe("the session", () => {
  test.each([
    ["in one claim", { [tagsClaim]: { principal_tags: { Project: ["Pegasus"] }, transitive_tag_keys: ["Project"] } }],
    [
      "in a claim each",
      { [`${tagsClaim}/principal_tags/Project`]: "Pegasus", [`${tagsClaim}/transitive_tag_keys`]: ["Project"] },
    ],
  ])("has the tags and the source identity of the token, with tags %s, and passes them on", async (_how, claims) => {
    const { emulator, ask } = await federation();
    emulator.addRole({ roleName: "next" });
    const answer = await ask({ claims: { ...claims, "https://aws.amazon.com/source_identity": "alice" } });
    expect(answer.SourceIdentity).toBe("alice");
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    expect(emulator.session(keysOf(answer).accessKeyId)).toMatchObject({
      tags: { Project: "Pegasus" },
      transitiveTagKeys: ["Project"],
      sourceIdentity: "alice",
      federatedProvider: expect.stringContaining(":oidc-provider/127.0.0.1:"),
    });
    const next = { RoleArn: "arn:aws:iam::123456789012:role/next" };
    expect((await assumeRole(emulator, next, keysOf(answer))).SourceIdentity).toBe("alice");
    const again = { ...next, Tags: [{ Key: "project", Value: "Unicorn" }] };
    await expect(assumeRole(emulator, again, keysOf(answer))).rejects.toMatchObject({
      message: expect.stringContaining("conflicts with a transitive tag key from the calling session"),
    });
  });

  test("takes session policies", async () => {
    const { ask } = await federation();
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    const PolicyArns = [{ arn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }];
    expect((await ask({}, { Policy, PolicyArns })).PackedPolicySize).toBeGreaterThan(0);
    const foreign = { PolicyArns: [{ arn: "arn:aws:iam::111122223333:policy/mine" }] };
    await expect(ask({}, foreign)).rejects.toMatchObject({ name: "ValidationError" });
    await expect(ask({}, { Policy: "{" })).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
  });

  test("is of a role, whose chained sessions are an hour at most", async () => {
    const { emulator, ask } = await federation();
    emulator.addRole({ roleName: "next", maxSessionDurationSeconds: 7200 });
    const next = { RoleArn: "arn:aws:iam::123456789012:role/next", DurationSeconds: 3601 };
    await expect(assumeRole(emulator, next, keysOf(await ask({})))).rejects.toMatchObject({
      message: expect.stringContaining("1 hour session limit for roles assumed by role chaining"),
    });
  });
});

describe("refuses parameters out of bounds:", () => {
  test.each<[string, Partial<AssumeRoleWithWebIdentityCommandInput>, string]>([
    ["a short token", { WebIdentityToken: "abc" }, "Value at 'webIdentityToken' failed to satisfy constraint"],
    ["a long token", { WebIdentityToken: "a".repeat(20_001) }, "have length less than or equal to 20000"],
    ["a short session name", { RoleSessionName: "a" }, "Value 'a' at 'roleSessionName' failed"],
    ["a short duration", { DurationSeconds: 899 }, "have value greater than or equal to 900"],
    ["a provider of access tokens that is none", { ProviderId: "example.com" }, "'example.com' at 'providerId'"],
    ["what is no ARN", { RoleArn: "a-role-that-is-no-arn" }, "a-role-that-is-no-arn is invalid"],
  ])("%s", async (_what, input, message) => {
    const { ask } = await federation();
    await expect(ask({}, input)).rejects.toMatchObject(refused("ValidationError", 400, message));
  });

  test("access tokens, which the emulator can't verify", async () => {
    const { ask } = await federation();
    const input = { ProviderId: "www.amazon.com" };
    await expect(ask({}, input)).rejects.toMatchObject(invalid("can't verify access tokens of www.amazon.com"));
  });

  test("tags and a source identity of the token", async () => {
    const { ask } = await federation();
    const tags = Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`key${at}`, "v"]));
    await expect(ask({ claims: { [tagsClaim]: { principal_tags: tags } } })).rejects.toMatchObject(
      refused("ValidationError", 400, "at 'tags' failed to satisfy constraint"),
    );
    await expect(ask({ claims: { "https://aws.amazon.com/source_identity": "a b" } })).rejects.toMatchObject(
      refused("ValidationError", 400, "'sourceIdentity' failed to satisfy constraint"),
    );
  });
});

test("takes the tokens of the platforms", async () => {
  const { emulator, issuer, ask } = await federation();
  const github = await fetch(`${issuer.githubEnv.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=sts.amazonaws.com`, {
    headers: { authorization: `bearer ${issuer.githubEnv.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  });
  const { value } = (await github.json()) as { value: string };
  expect((await ask(value)).SubjectFromWebIdentityToken).toBe("repo:octo-org/octo-repo:ref:refs/heads/main");
  const google = await fetch(
    `${issuer.url}/computeMetadata/v1/instance/service-accounts/default/identity?audience=app&format=full`,
    { headers: { "metadata-flavor": "Google" } },
  );
  const answer = await ask(await google.text());
  expect(answer.Audience).toBe(answer.SubjectFromWebIdentityToken);
  expect(emulator.count("AssumeRoleWithWebIdentity")).toBe(2);
});
