import { GetFederationTokenCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import {
  type CredentialProvider,
  chain,
  fromAssumeRole,
  fromAssumeRoot,
  fromEnv,
  fromFederationToken,
  fromMfaSession,
  fromSaml,
  fromStatic,
  fromWebIdentity,
  getWebIdentityToken,
} from "evercred";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";
import { EXAMPLE_KEY_ID, randomCredentials, randomSecret } from "../support/random-credentials.js";

type At = { readonly endpoint: string };

const POLICY_ARNS = ["arn:aws:iam::aws:policy/ReadOnlyAccess"];
const TASK = {
  targetPrincipal: "111122223333",
  taskPolicyArn: "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
};

/** Every operation that is signed, by the provider that calls it, and the way to do it right. */
const OPERATIONS = {
  AssumeRole: {
    make: (source: CredentialProvider, at: At) => fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source }),
    way: /an IAM user's access key, with fromMfaSession, or with a role/,
  },
  AssumeRoot: {
    make: (source: CredentialProvider, at: At) => fromAssumeRoot({ ...at, ...TASK, source }),
    way: /a role of the management or the delegated administrator account/,
  },
  GetFederationToken: {
    make: (source: CredentialProvider, at: At) =>
      fromFederationToken({ ...at, name: "Bob", policyArns: POLICY_ARNS, source }),
    way: /long-term access key\. To narrow a role, give it a `policy`: fromAssumeRole\(\{ policy \}\)/,
  },
  GetSessionToken: {
    make: (source: CredentialProvider, at: At) => fromMfaSession({ ...at, source }),
    way: /long-term access key\. For a role with MFA, .*fromAssumeRole\(\{ source: fromMfaSession\(…\) \}\)/,
  },
  GetWebIdentityToken: {
    make: (source: CredentialProvider, at: At) =>
      getWebIdentityToken({ ...at, audience: "https://api.example", source }),
    way: /an IAM user's access key or with a role/,
  },
} as const;

type Operation = keyof typeof OPERATIONS;

const EVERYTHING = Object.keys(OPERATIONS) as Operation[];

const user = () => fromStatic({ accessKeyId: EXAMPLE_KEY_ID, secretAccessKey: randomSecret() });
const role = () => fromAssumeRole({ roleArn: roleArn("base"), source: user() });

interface Kind {
  readonly name: string;
  readonly source: () => CredentialProvider;
  readonly whose: RegExp;
  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html */
  readonly may: readonly Operation[];
}

/** Every kind of source that is known when a provider is made. */
const KINDS: readonly Kind[] = [
  { name: "a user's access key", source: user, whose: /./, may: EVERYTHING },
  { name: "the environment", source: () => fromEnv({ env: {} }), whose: /./, may: EVERYTHING },
  ...(
    [
      ["fromAssumeRole", role],
      ["fromAssumeRole over a role", () => fromAssumeRole({ roleArn: roleArn("leaf"), source: role() })],
      ["fromAssumeRole with `allowedAccountIds`", guardedRole],
      ["fromWebIdentity", () => fromWebIdentity({ roleArn: roleArn("web"), token: () => randomSecret() })],
      [
        "fromSaml",
        () =>
          fromSaml({
            assertion: () => randomSecret(),
            roleArn: roleArn("saml"),
            principalArn: "arn:aws:iam::123456789012:saml-provider/corp",
          }),
      ],
      ["a chain of roles' providers", () => chain(role(), guardedRole())],
    ] as const
  ).map(([name, source]) => ({
    name,
    source,
    whose: /`source` is a role's session/,
    may: ["AssumeRole", "AssumeRoot", "GetWebIdentityToken"] as const,
  })),
  {
    name: "fromMfaSession",
    source: () => fromMfaSession({ source: user() }),
    whose: /`source` is the session of GetSessionToken/,
    may: ["AssumeRole"],
  },
  {
    name: "fromFederationToken",
    source: () => fromFederationToken({ name: "Bob", policyArns: POLICY_ARNS, source: user() }),
    whose: /`source` is a federated user's session/,
    may: [],
  },
  {
    name: "fromAssumeRoot",
    source: () => fromAssumeRoot({ ...TASK, source: user() }),
    whose: /`source` is a root task's session/,
    may: [],
  },
];

function guardedRole(): CredentialProvider {
  return fromAssumeRole({ roleArn: roleArn("base"), source: user(), allowedAccountIds: ["123456789012"] });
}

const NOWHERE: At = { endpoint: "http://127.0.0.1:1" };

const PAIRS = KINDS.flatMap((kind) => EVERYTHING.map((operation) => ({ kind, operation })));
const REFUSED = PAIRS.filter(({ kind, operation }) => !kind.may.includes(operation));
const TAKEN = PAIRS.filter(({ kind, operation }) => kind.may.includes(operation));

describe("what a session cannot do", () => {
  it.each(REFUSED.map(({ kind, operation }) => [kind.name, operation, kind] as const))(
    "%s is refused as the signer of %s when the provider is made, with the way to do it right",
    (_name, operation, { source, whose }) => {
      const make = () => OPERATIONS[operation].make(source(), NOWHERE);
      expect(make).toThrow(expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }));
      expect(make).toThrow(whose);
      expect(make).toThrow(`AWS lets nobody call ${operation}`);
      expect(make).toThrow(OPERATIONS[operation].way);
    },
  );

  it("has as many pairs as AWS's comparison", () => {
    // A role, six ways: 2 of 5; GetSessionToken: 4; a federated user and a root task: 5 each.
    expect(REFUSED).toHaveLength(6 * 2 + 4 + 5 + 5);
  });
});

describe("what a session can do", () => {
  it.each(TAKEN.map(({ kind, operation }) => [kind.name, operation, kind] as const))(
    "%s is taken as the signer of %s",
    (_name, operation, { source }) => {
      expect(() => OPERATIONS[operation].make(source(), NOWHERE)).not.toThrow();
    },
  );
});

/** Sources whose kind shows only when they answer: by the session token. */
const LATE = [
  ["fromStatic", (session: object) => fromStatic(session as never)],
  [
    "fromEnv",
    (session: Readonly<Record<string, string>>) =>
      fromEnv({
        env: {
          AWS_ACCESS_KEY_ID: session["accessKeyId"],
          AWS_SECRET_ACCESS_KEY: session["secretAccessKey"],
          AWS_SESSION_TOKEN: session["sessionToken"],
        },
      }),
  ],
  ["a provider of the SDK's kind", (session: object) => (async () => session) as unknown as CredentialProvider],
] as const;

describe("temporary credentials whose kind shows only in their session token", () => {
  it.each(
    LATE.flatMap(([name, source]) =>
      (["GetSessionToken", "GetFederationToken"] as const).map((operation) => [name, operation, source] as const),
    ),
  )("of %s are refused for %s at the first call, before any request", async (_name, operation, source) => {
    const { emulator, cache } = await emulatedAws();
    const session = randomCredentials();
    const signer = source(session as never);
    const provider = OPERATIONS[operation].make(signer, { endpoint: emulator.url, cache } as At);
    const error = await Promise.resolve(provider()).catch((cause: unknown) => cause);
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(
        new RegExp(`have a session token, and so are temporary: AWS lets nobody call ${operation} with those`),
      ),
    });
    expect((error as Error).message).toMatch(OPERATIONS[operation].way);
    expect((error as Error).message).not.toContain(session.sessionToken);
    expect(emulator.requests).toEqual([]);
  });

  it("are refused before a person is asked for a code", async () => {
    const { at, emulator } = await emulatedAws();
    const tokenCode = vi.fn(() => "123456");
    const serialNumber = "arn:aws:iam::123456789012:mfa/demo";
    const provider = fromMfaSession({ ...at, source: fromStatic(randomCredentials()), serialNumber, tokenCode });
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(tokenCode).not.toHaveBeenCalled();
    expect(emulator.requests).toEqual([]);
  });

  it("sign AssumeRole: only STS knows what they are", async () => {
    const { at, user: demo } = await emulatedAws({ roles: [{ roleName: "base" }, { roleName: "leaf" }] });
    const session = await fromAssumeRole({ ...at, roleArn: roleArn("base"), source: demo })();
    await expect(
      fromAssumeRole({ ...at, roleArn: roleArn("leaf"), source: fromStatic(session) })(),
    ).resolves.toBeDefined();
  });
});

describe("the emulator, which has AWS's own matrix,", () => {
  it.each(["GetSessionToken", "GetFederationToken"] as const)(
    "refuses a role's session for %s too",
    async (operation) => {
      const { at, emulator, user: demo } = await emulatedAws({ roles: [{ roleName: "base" }] });
      const session = await fromAssumeRole({ ...at, roleArn: roleArn("base"), source: demo })();
      const client = new STSClient({ endpoint: emulator.url, region: "us-east-1", credentials: session });
      onTestFinished(() => client.destroy());
      const command =
        operation === "GetSessionToken"
          ? new GetSessionTokenCommand({})
          : new GetFederationTokenCommand({ Name: "Bob" });
      await expect(client.send(command as GetSessionTokenCommand)).rejects.toMatchObject({
        name: "AccessDenied",
      });
    },
  );
});
