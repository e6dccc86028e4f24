import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { type CredentialProvider, fromAssumeRole, fromProvider, fromStatic } from "evercred";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";

const HOUR_MS = 3_600_000;

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

async function callerArn(endpoint: string, credentials: CredentialProvider): Promise<string | undefined> {
  const client = new STSClient({ endpoint, region: "us-east-1", credentials });
  onTestFinished(() => client.destroy());
  return (await client.send(new GetCallerIdentityCommand({}))).Arn;
}

describe("one role", () => {
  it("costs one call for twenty clients that each build their own provider", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }], buckets: ["photos"] });
    const clients = Array.from({ length: 20 }, () => {
      const credentials = fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: user });
      return new S3Client({ endpoint: emulator.url, region: "us-east-1", forcePathStyle: true, credentials });
    });
    onTestFinished(() => {
      for (const client of clients) {
        client.destroy();
      }
    });
    const answers = await Promise.all(clients.map((client) => client.send(new ListBucketsCommand({}))));
    expect(answers.map(({ Buckets }) => Buckets?.[0]?.Name)).toEqual(Array(20).fill("photos"));
    expect(emulator.count("AssumeRole")).toBe(1);
    expect(emulator.count("ListBuckets")).toBe(20);
  });

  it("sends every parameter as AWS documents it", async () => {
    const { emulator, user, at } = await emulatedAws({
      roles: [{ roleName: "demo", trust: { externalId: "123ABC" } }],
    });
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Sid: "Stmt1", Effect: "Allow", Action: "s3:ListAllMyBuckets", Resource: "*" }],
    };
    const provider = fromAssumeRole({
      ...at,
      roleArn: roleArn("demo"),
      source: user,
      roleSessionName: "testAR",
      durationSeconds: 1800,
      externalId: "123ABC",
      policy,
      policyArns: ["arn:aws:iam::123456789012:policy/demopolicy1", "arn:aws:iam::123456789012:policy/demopolicy2"],
      tags: { Project: "Pegasus", Team: "Engineering", "Cost-Center": "12345" },
      transitiveTagKeys: ["Project", "Cost-Center"],
      sourceIdentity: "DevUser123",
    });
    await provider();
    const { parameters } = emulator.requests[0] ?? {};
    expect(parameters).toMatchObject({
      Version: "2011-06-15",
      RoleArn: roleArn("demo"),
      RoleSessionName: "testAR",
      DurationSeconds: "1800",
      "PolicyArns.member.1.arn": "arn:aws:iam::123456789012:policy/demopolicy1",
      "PolicyArns.member.2.arn": "arn:aws:iam::123456789012:policy/demopolicy2",
      "Tags.member.1.Key": "Project",
      "Tags.member.1.Value": "Pegasus",
      "Tags.member.3.Key": "Cost-Center",
      "Tags.member.3.Value": "12345",
      "TransitiveTagKeys.member.1": "Project",
      "TransitiveTagKeys.member.2": "Cost-Center",
      SourceIdentity: "DevUser123",
    });
    expect(provider.status().details).toMatchObject({
      assumedRoleArn: "arn:aws:sts::123456789012:assumed-role/demo/testAR",
      sourceIdentity: "DevUser123",
      packedPolicySize: expect.any(Number),
    });
  });

  it("carries the account, the expiration and how it was found", async () => {
    const { clock, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    const credentials = await fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: user })();
    expect(credentials).toMatchObject({
      accountId: "123456789012",
      $source: { CREDENTIALS_STS_ASSUME_ROLE: "i" },
    });
    const lifeMs = (credentials.expiration?.getTime() ?? 0) - clock.now();
    expect(lifeMs).toBeGreaterThan(HOUR_MS - 60_000);
    expect(lifeMs).toBeLessThanOrEqual(HOUR_MS + 1_000);
  });

  it("names itself in the User-Agent of the client that uses it", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    await callerArn(emulator.url, fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: user }));
    const used = emulator.requests.find(({ operation }) => operation === "GetCallerIdentity");
    expect(used?.userAgent).toMatch(/ m\/\S*\bi\b/);
  });

  it("is refreshed ahead of expiration while callers go on with the old set", async () => {
    const { emulator, clock, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    const provider = fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: user });
    const first = await provider();
    clock.shift(46 * 60_000);
    expect(await provider()).toBe(first);
    const second = await provider({ forceRefresh: true });
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
    expect(await provider()).toBe(second);
    expect(emulator.count("AssumeRole")).toBe(2);
  });

  it("keeps apart whatever decides the result", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }, { roleName: "writer" }] });
    const base = { ...at, source: user, roleArn: roleArn("reader") };
    const different = [
      base,
      { ...base, roleArn: roleArn("writer") },
      { ...base, externalId: "123ABC" },
      { ...base, durationSeconds: 900 },
      { ...base, roleSessionName: "named" },
      { ...base, tags: { Project: "Pegasus" } },
      { ...base, tags: { Project: "Pegasus" }, transitiveTagKeys: ["Project"] },
      { ...base, sourceIdentity: "DevUser123" },
      { ...base, policy: { Version: "2012-10-17", Statement: [] } },
      { ...base, policyArns: ["arn:aws:iam::123456789012:policy/demopolicy1"] },
    ];
    const sets = await Promise.all(different.map((options) => fromAssumeRole(options)()));
    expect(new Set(sets.map(({ accessKeyId }) => accessKeyId)).size).toBe(different.length);
    expect(emulator.count("AssumeRole")).toBe(different.length);
  });

  it("shares what differs in its writing only", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    const base = { ...at, source: user, roleArn: roleArn("reader") };
    const same = [
      { ...base, tags: { a: "1", b: "2" }, policy: { Version: "2012-10-17", Statement: [] }, region: "us-east-1" },
      {
        ...base,
        tags: { b: "2", a: "1" },
        policy: '{"Statement": [], "Version": "2012-10-17"}',
        durationSeconds: 3600,
      },
      { ...base, tags: { b: "2", a: "1" }, policy: '{"Statement":[],"Version":"2012-10-17"}', region: "eu-west-1" },
    ];
    const sets = await Promise.all(same.map((options) => fromAssumeRole(options)()));
    expect(new Set(sets).size).toBe(1);
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("keeps two endpoints apart: another endpoint may be another AWS", async () => {
    const one = await emulatedAws({ roles: [{ roleName: "reader" }] });
    const two = await emulatedAws({ roles: [{ roleName: "reader" }] });
    const options = { roleArn: roleArn("reader"), source: one.user, cache: one.cache };
    await fromAssumeRole({ ...options, endpoint: one.emulator.url })();
    await fromAssumeRole({ ...options, endpoint: two.emulator.url })();
    vi.stubEnv("AWS_ENDPOINT_URL_STS", one.emulator.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    await fromAssumeRole(options)();
    vi.stubEnv("AWS_ENDPOINT_URL_STS", two.emulator.url);
    await fromAssumeRole(options)();
    expect([one, two].map(({ emulator }) => emulator.requests.map(({ status }) => status))).toEqual([[200], [200]]);
  });

  it("is served past its expiration while STS fails, and fresh once STS is well", async () => {
    const { emulator, clock, cache, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    const provider = fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: user });
    const first = await provider();
    clock.shift(61 * 60_000);
    const lift = emulator.addFault({ operation: "AssumeRole", kind: "error" });
    expect(await provider()).toBe(first);
    expect(cache.stats().staleServed).toBe(1);
    expect(provider.status()).toMatchObject({ phase: "expired", lastError: { code: "ERR_CREDENTIALS_TRANSIENT" } });
    lift();
    clock.shift(61_000);
    expect(await provider()).not.toBe(first);
  });

  it("shares equal client configurations, and takes an object in one for itself", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    const base = { ...at, source: user, roleArn: roleArn("reader") };
    const requestHandler = { requestTimeout: 5_000 };
    const agent = { customUserAgent: "one" };
    const configs = [agent, { ...agent, region: "eu-west-1", maxAttempts: 2 }, { requestHandler }, { requestHandler }];
    const sets = await Promise.all(configs.map((clientConfig) => fromAssumeRole({ ...base, clientConfig })()));
    expect(new Set(sets).size).toBe(2);
    expect(emulator.count("AssumeRole")).toBe(2);
  });

  it("does not give one signer's session to another who knows only the access key id", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    await fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: user })();
    const { accessKeyId } = await user();
    const impostor = fromStatic({ accessKeyId, secretAccessKey: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY" });
    const stolen = fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: impostor })();
    await expect(stolen).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: "SignatureDoesNotMatch",
    });
    expect(emulator.count("AssumeRole")).toBe(2);
  });
});

describe("a chain of roles", () => {
  it("costs one call a hop for twenty clients", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "base" }, { roleName: "leaf" }] });
    const make = () =>
      fromAssumeRole({
        ...at,
        roleArn: roleArn("leaf"),
        source: fromAssumeRole({ ...at, roleArn: roleArn("base"), source: user }),
      });
    const arns = await Promise.all(Array.from({ length: 20 }, () => callerArn(emulator.url, make())));
    expect(new Set(arns.map((arn) => arn?.split("/")[1]))).toEqual(new Set(["leaf"]));
    expect(emulator.count("AssumeRole")).toBe(2);
  });

  it("serves ten leaves from one master with eleven calls", async () => {
    const leaves = Array.from({ length: 10 }, (_, index) => `leaf-${index}`);
    const { emulator, user, at } = await emulatedAws({
      roles: [{ roleName: "master" }, ...leaves.map((roleName) => ({ roleName }))],
    });
    const master = fromAssumeRole({ ...at, roleArn: roleArn("master"), source: user });
    await Promise.all(leaves.map((leaf) => fromAssumeRole({ ...at, roleArn: roleArn(leaf), source: master })()));
    expect(emulator.count("AssumeRole")).toBe(11);
  });

  it("takes a provider of the SDK as its source, and keeps that one's credentials too", async () => {
    const { emulator, user, at } = await emulatedAws({
      roles: [{ roleName: "base" }, { roleName: "one" }, { roleName: "two" }],
    });
    const sdk = fromTemporaryCredentials({
      masterCredentials: await user(),
      params: { RoleArn: roleArn("base"), RoleSessionName: "sdk" },
      clientConfig: { endpoint: emulator.url, region: "us-east-1" },
    });
    await Promise.all(["one", "two"].map((leaf) => fromAssumeRole({ ...at, roleArn: roleArn(leaf), source: sdk })()));
    expect(emulator.count("AssumeRole")).toBe(3);
  });

  it("tells every hop in its origin", async () => {
    const { user, at } = await emulatedAws({ roles: [{ roleName: "base" }, { roleName: "leaf" }] });
    const base = fromAssumeRole({ ...at, roleArn: roleArn("base"), source: user });
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source: base });
    await leaf({ callerClientConfig: { region: "eu-west-1" } });
    expect(leaf.status().origin).toEqual([
      `assume-role ${roleArn("leaf")} in eu-west-1`,
      `assume-role ${roleArn("base")} in eu-west-1`,
      "static",
    ]);
  });

  it("renews the signer once when STS calls it expired", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "base" }, { roleName: "leaf" }] });
    const base = fromAssumeRole({ ...at, roleArn: roleArn("base"), source: user });
    const { accessKeyId } = await base();
    emulator.expireSession(accessKeyId);
    await expect(fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source: base })()).resolves.toBeDefined();
    // base, leaf refused, base again, leaf again
    expect(emulator.requests.map(({ status }) => status)).toEqual([200, 403, 200, 200]);
  });

  it("says that the signer has expired when it cannot be renewed", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "base" }, { roleName: "leaf" }] });
    const session = await fromAssumeRole({ ...at, roleArn: roleArn("base"), source: user })();
    emulator.expireSession(session.accessKeyId);
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source: fromStatic(session) });
    await expect(leaf()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_EXPIRED" });
  });

  it("serves past expiration while STS throttles the renewal of a signer that it calls expired", async () => {
    const { emulator, user, at, clock } = await emulatedAws({ roles: [{ roleName: "base" }, { roleName: "leaf" }] });
    const base = fromAssumeRole({ ...at, roleArn: roleArn("base"), source: user });
    const leaf = fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source: base, durationSeconds: 900 });
    const first = await leaf();
    clock.shift(901_000);
    emulator.expireSession((await base()).accessKeyId);
    emulator.addFault({ kind: "throttle", accessKeyId: (await user()).accessKeyId });
    expect(await leaf()).toBe(first);
    expect(leaf.status().lastError).toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringMatching(/no credentials to sign with.*Throttling/),
    });
  });

  it("asks its signer for credentials that outlive the call", async () => {
    const { clock, cache, emulator, at } = await emulatedAws({ roles: [{ roleName: "leaf" }] });
    const users = ["first", "second"].map((userName) => emulator.addUser({ userName }));
    const keys = users.map(({ credentials }) => credentials);
    const lend = async () => ({ ...(keys.shift() as Keys), expiration: new Date(clock.now() + 80_000) });
    const signer = fromProvider(lend, { cache });
    await signer();
    // 25 s are left: not yet in the signer's own mandatory window, and less than a call may take.
    clock.shift(55_000);
    expect(signer.status().phase).toBe("advisory");
    await fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source: signer })();
    expect(emulator.requests.map(({ principal }) => principal)).toEqual([users[1]?.arn]);
  });

  it("is not sent again with the signer that was just refused", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "base" }, { roleName: "leaf" }] });
    const session = await fromAssumeRole({ ...at, roleArn: roleArn("base"), source: user })();
    emulator.expireSession(session.accessKeyId);
    await fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source: fromStatic(session) })().catch(() => {});
    expect(emulator.count("AssumeRole")).toBe(2);
  });

  it("explains the hour of a chained role before the call", () => {
    const base = fromAssumeRole({ roleArn: roleArn("base") });
    expect(() => fromAssumeRole({ roleArn: roleArn("leaf"), source: base, durationSeconds: 7200 })).toThrow(
      /`durationSeconds` must be at most 3600 here.*one hour/s,
    );
  });

  it("explains the hour of a chained role where only STS can tell", async () => {
    const { user, at } = await emulatedAws({
      roles: [{ roleName: "base" }, { roleName: "leaf", maxSessionDurationSeconds: 43_200 }],
    });
    const session = await fromAssumeRole({ ...at, roleArn: roleArn("base"), source: user })();
    const leaf = fromAssumeRole({
      ...at,
      roleArn: roleArn("leaf"),
      source: fromStatic(session),
      durationSeconds: 7200,
    });
    await expect(leaf()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("lives one hour at most"),
    });
  });
});

describe("the credentials it gives", () => {
  it("write and read an object in S3", async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "writer" }], buckets: ["photos"] });
    const credentials = fromAssumeRole({ ...at, roleArn: roleArn("writer"), source: user });
    const client = new S3Client({ endpoint: emulator.url, region: "us-east-1", forcePathStyle: true, credentials });
    onTestFinished(() => client.destroy());
    await client.send(new PutObjectCommand({ Bucket: "photos", Key: "cat.txt", Body: "purr" }));
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "photos", Key: "cat.txt" }));
    expect(await Body?.transformToString()).toBe("purr");
  });
});
