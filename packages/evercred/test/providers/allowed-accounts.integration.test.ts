import { startOidcIssuer, startSamlIdp } from "@evercred/testing";
import {
  type CredentialProvider,
  createCredentialCache,
  fromAssumeRole,
  fromAssumeRoot,
  fromEnv,
  fromFederationToken,
  fromMfaSession,
  fromProvider,
  fromSaml,
  fromSource,
  fromStatic,
  fromWebIdentity,
} from "evercred";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { onlyVariables } from "../sts/aws-settings.js";
import { type EmulatedAws, emulatedAws, roleArn } from "../support/emulated-aws.js";
import { randomCredentials, randomSecret } from "../support/random-credentials.js";

const RIGHT = "123456789012";
const WRONG = "210987654321";
const DEVICE = `arn:aws:iam::${RIGHT}:mfa/demo`;

const TASK_POLICY = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";

/** The first user's access key: it does not say its account. */
interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

async function aws(): Promise<EmulatedAws & { readonly keys: Keys }> {
  const emulated = await emulatedAws({
    users: [{ userName: "demo", mfaSerialNumbers: [DEVICE, "GAHT12345678"] }],
    roles: [{ roleName: "reader" }],
  });
  // Those that have no options for STS ask where the environment says.
  onlyVariables({ AWS_ENDPOINT_URL_STS: emulated.emulator.url });
  const { accessKeyId, secretAccessKey } = await emulated.user();
  return { ...emulated, keys: { accessKeyId, secretAccessKey } };
}

type Aws = Awaited<ReturnType<typeof aws>>;
type Make = (aws: Aws, allowedAccountIds: readonly string[]) => CredentialProvider | Promise<CredentialProvider>;

/** Providers whose account nobody knows before STS is asked for it, and how often it is asked in all. */
const UNKNOWN: readonly (readonly [name: string, make: Make])[] = [
  ["fromStatic", ({ keys }, allowedAccountIds) => fromStatic(keys, { allowedAccountIds })],
  [
    "fromEnv",
    ({ emulator }, allowedAccountIds) =>
      fromEnv({ env: { ...emulator.env, AWS_ACCOUNT_ID: undefined }, allowedAccountIds }),
  ],
  [
    "fromSource",
    ({ keys, cache }, allowedAccountIds) =>
      fromSource({ name: "mine", key: { mine: 1 }, load: async () => keys, cache, allowedAccountIds }),
  ],
  [
    "fromProvider",
    ({ keys, cache }, allowedAccountIds) => fromProvider(async () => keys, { cache, allowedAccountIds }),
  ],
  [
    "fromMfaSession without a device",
    ({ at, user }, allowedAccountIds) => fromMfaSession({ ...at, source: user, allowedAccountIds }),
  ],
  [
    "fromMfaSession with a hardware device",
    ({ at, user, emulator }, allowedAccountIds) =>
      fromMfaSession({
        ...at,
        source: user,
        serialNumber: "GAHT12345678",
        tokenCode: (serialNumber) => emulator.mfaCode(serialNumber),
        allowedAccountIds,
      }),
  ],
];

/** Providers whose answer says the account. */
const TOLD: readonly (readonly [name: string, make: Make])[] = [
  [
    "fromEnv with AWS_ACCOUNT_ID",
    ({ emulator }, allowedAccountIds) =>
      fromEnv({ env: { ...emulator.env, AWS_ACCOUNT_ID: RIGHT }, allowedAccountIds }),
  ],
  [
    "fromSource that says it",
    ({ keys, cache }, allowedAccountIds) =>
      fromSource({
        name: "mine",
        key: { mine: 2 },
        load: async () => ({ ...keys, accountId: RIGHT }),
        cache,
        allowedAccountIds,
      }),
  ],
  [
    "fromProvider that says it",
    ({ keys, cache }, allowedAccountIds) =>
      fromProvider(async () => ({ ...keys, accountId: RIGHT }), { cache, allowedAccountIds }),
  ],
  [
    "fromMfaSession over a signer that says it",
    ({ at, keys }, allowedAccountIds) =>
      fromMfaSession({ ...at, source: fromStatic({ ...keys, accountId: RIGHT }), allowedAccountIds }),
  ],
  [
    "fromFederationToken",
    ({ at, user }, allowedAccountIds) =>
      fromFederationToken({
        ...at,
        source: user,
        name: "Bob",
        policyArns: [`arn:aws:iam::${RIGHT}:policy/demopolicy1`],
        allowedAccountIds,
      }),
  ],
  ["fromSaml whose assertion has the role", samlOf],
];

async function samlOf({ at, emulator, clock }: Aws, allowedAccountIds: readonly string[]): Promise<CredentialProvider> {
  const idp = await startSamlIdp({ clock });
  onTestFinished(() => idp.close());
  const { arn } = emulator.addSamlProvider({ name: "corp", metadata: idp.metadata });
  emulator.addRole({ roleName: "saml", trust: { federated: [arn] } });
  const assertion = () => idp.assertion({ roles: [{ roleArn: roleArn("saml"), principalArn: arn }] });
  return fromSaml({ ...at, assertion, allowedAccountIds });
}

/** Providers that are told the account before they call anybody. */
const BEFORE: readonly (readonly [name: string, make: Make])[] = [
  [
    "fromStatic with `accountId`",
    ({ keys }, allowedAccountIds) => fromStatic({ ...keys, accountId: RIGHT }, { allowedAccountIds }),
  ],
  [
    "fromAssumeRole",
    ({ at, user }, allowedAccountIds) =>
      fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: user, allowedAccountIds }),
  ],
  ["fromWebIdentity", webIdentityOf],
  [
    "fromSaml with `roleArn`",
    ({ at }, allowedAccountIds) =>
      fromSaml({
        ...at,
        assertion: () => randomSecret(),
        roleArn: roleArn("saml"),
        principalArn: `arn:aws:iam::${RIGHT}:saml-provider/corp`,
        allowedAccountIds,
      }),
  ],
  [
    "fromAssumeRoot",
    ({ at, user }, allowedAccountIds) =>
      fromAssumeRoot({ ...at, source: user, targetPrincipal: RIGHT, taskPolicyArn: TASK_POLICY, allowedAccountIds }),
  ],
  [
    "fromMfaSession with a device's ARN",
    ({ at, user, emulator }, allowedAccountIds) =>
      fromMfaSession({
        ...at,
        source: user,
        serialNumber: DEVICE,
        tokenCode: (serialNumber) => emulator.mfaCode(serialNumber),
        allowedAccountIds,
      }),
  ],
];

async function webIdentityOf({ at, emulator, clock }: Aws, allowedAccountIds: readonly string[]) {
  const issuer = await startOidcIssuer({ clock, algorithm: "ES256" });
  onTestFinished(() => issuer.close());
  const { arn } = emulator.addOidcProvider({ issuer: issuer.issuer, clientIds: ["sts.amazonaws.com"] });
  emulator.addRole({ roleName: "web", trust: { federated: [arn] } });
  return fromWebIdentity({ ...at, roleArn: roleArn("web"), token: () => issuer.token(), allowedAccountIds });
}

const named = new RegExp(`belong to account ${RIGHT}, and \`allowedAccountIds\` has ${WRONG}`);
const asksOne = ([name]: (typeof BEFORE)[number]): boolean => !/fromSaml with|fromAssumeRoot/.test(name);

describe("credentials of an account that is allowed", () => {
  it.each(UNKNOWN)("come with it from %s, and STS is asked for it once a set", async (_name, make) => {
    const world = await aws();
    const provider = await make(world, [WRONG, RIGHT]);
    const first = await provider();
    expect(first).toMatchObject({ accountId: RIGHT });
    expect(Object.isFrozen(first)).toBe(true);
    expect(await provider()).toBe(first);
    expect(world.emulator.count("GetCallerIdentity")).toBe(1);
  });

  const trusted = [...TOLD, ...BEFORE.filter(asksOne)].filter(([name]) => !/^from(Env|Static)/.test(name));

  it.each(trusted)("come from %s without a question", async (_name, make) => {
    const world = await aws();
    const provider = await make(world, [RIGHT]);
    await expect(provider()).resolves.toMatchObject({ accountId: RIGHT });
    expect(world.emulator.count("GetCallerIdentity")).toBe(0);
  });

  it("are not believed to be of an account that the environment or the code only says", async () => {
    const { emulator, keys } = await aws();
    const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = keys;
    const env = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ACCOUNT_ID: WRONG };
    const guard = { allowedAccountIds: [WRONG] };
    for (const provider of [fromEnv({ env, ...guard }), fromStatic({ ...keys, accountId: WRONG }, guard)]) {
      await expect(provider()).rejects.toMatchObject({
        code: "ERR_CREDENTIALS_CONFIG",
        message: expect.stringContaining(RIGHT),
      });
    }
    expect(emulator.count("GetCallerIdentity")).toBe(2);
  });

  it("are asked for once by however many wait", async () => {
    const { emulator, keys } = await aws();
    const provider = fromStatic(keys, { allowedAccountIds: [RIGHT] });
    const sets = await Promise.all(Array.from({ length: 20 }, () => provider()));
    expect(new Set(sets).size).toBe(1);
    expect(emulator.count("GetCallerIdentity")).toBe(1);
  });

  it("are asked for again when the environment has others", async () => {
    const { emulator } = await aws();
    const { credentials } = emulator.addUser({ userName: "second" });
    const env: Record<string, string | undefined> = { ...emulator.env };
    const provider = fromEnv({ env, allowedAccountIds: [RIGHT] });
    const first = await provider();
    env["AWS_ACCESS_KEY_ID"] = credentials.accessKeyId;
    env["AWS_SECRET_ACCESS_KEY"] = credentials.secretAccessKey;
    expect(await provider()).toMatchObject({ accessKeyId: credentials.accessKeyId, accountId: RIGHT });
    expect(first.accessKeyId).not.toBe(credentials.accessKeyId);
    expect(emulator.count("GetCallerIdentity")).toBe(2);
  });

  it("are in `status()` with their account, where STS was asked for it", async () => {
    const { keys, cache } = await aws();
    const providers = [
      fromStatic(keys, { allowedAccountIds: [RIGHT] }),
      fromProvider(async () => keys, { cache, allowedAccountIds: [RIGHT] }),
    ];
    await Promise.all(providers.map((provider) => provider()));
    expect(providers.map((provider) => provider.status().accountId)).toEqual([RIGHT, RIGHT]);
  });
});

describe("credentials of another account", () => {
  it.each(UNKNOWN)("are refused from %s with both accounts", async (_name, make) => {
    const world = await aws();
    const provider = await make(world, [WRONG]);
    const { accessKeyId, secretAccessKey } = world.keys;
    const error = await provider().catch((cause: unknown) => cause as Error);
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringMatching(named) });
    expect(String(error)).not.toContain(secretAccessKey);
    expect(accessKeyId).not.toBe("");
    expect(provider.status()).not.toHaveProperty("expiration");
  });

  it.each(TOLD)("are refused from %s, and STS is not asked whose they are", async (_name, make) => {
    const world = await aws();
    const provider = await make(world, [WRONG]);
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(named),
    });
    expect(world.emulator.count("GetCallerIdentity")).toBe(0);
  });

  it.each(BEFORE)("are refused from %s when it is made", async (_name, make) => {
    const world = await aws();
    const made = (async () => await make(world, [WRONG]))();
    await expect(made).rejects.toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringMatching(named) });
    expect(world.emulator.requests).toEqual([]);
  });

  it("are refused as a signer too: nothing is signed with them", async () => {
    const { emulator, at, keys } = await aws();
    const source = fromStatic(keys, { allowedAccountIds: [WRONG] });
    await expect(fromAssumeRole({ ...at, roleArn: roleArn("reader"), source })()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(named),
    });
    expect(emulator.count("AssumeRole")).toBe(0);
  });

  it("do not take the place of good ones when a refresh brings them", async () => {
    const { keys, cache } = await aws();
    let accountId = RIGHT;
    const load = async () => ({ ...keys, accountId, expiration: new Date(Date.now() + 3_600_000) });
    const provider = fromSource({ name: "mine", key: { mine: 3 }, load, cache, allowedAccountIds: [RIGHT] });
    const good = await provider();
    accountId = WRONG;
    expect(await provider({ forceRefresh: true })).toBe(good);
    expect(provider.status().lastError).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
  });
});

describe("the question whose they are", () => {
  it.each(UNKNOWN.slice(0, 4))("is asked again by %s after it failed", async (_name, make) => {
    const world = await aws();
    world.emulator.addFault({ operation: "GetCallerIdentity", kind: "access-denied", times: 1 });
    const provider = await make(world, [RIGHT]);
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_DENIED" });
    // A terminal failure is remembered for a few seconds, so that nobody hammers the source.
    world.clock.shift(10_000);
    await expect(provider()).resolves.toMatchObject({ accountId: RIGHT });
    expect(world.emulator.count("GetCallerIdentity")).toBe(2);
  });

  it("is answered once however many waited for the one that failed", async () => {
    const { emulator, keys } = await aws();
    emulator.addFault({ operation: "GetCallerIdentity", kind: "access-denied", times: 1 });
    const provider = fromStatic(keys, { allowedAccountIds: [RIGHT] });
    const outcomes = await Promise.allSettled([provider(), provider(), provider()]);
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(emulator.count("GetCallerIdentity")).toBe(1);
  });

  it.each(UNKNOWN.slice(0, 4))(
    "does not hold up a waiter of %s whose signal is aborted, and goes on for the others",
    async (_name, make) => {
      const world = await aws();
      const controller = new AbortController();
      const reason = new Error("the user left");
      // At the moment the question has arrived.
      const when = (): boolean => {
        controller.abort(reason);
        return true;
      };
      world.emulator.addFault({ operation: "GetCallerIdentity", kind: "latency", latencyMs: 0, when });
      const provider = await make(world, [RIGHT]);
      const [gone, waiting] = [provider({ signal: controller.signal }), provider()];
      await expect(gone).rejects.toBe(reason);
      await expect(waiting).resolves.toMatchObject({ accountId: RIGHT });
      expect(world.emulator.count("GetCallerIdentity")).toBe(1);
    },
  );

  it("is not asked for a signal that was aborted before", async () => {
    const { emulator, keys } = await aws();
    const provider = fromStatic(keys, { allowedAccountIds: [RIGHT] });
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(provider({ signal })).rejects.toBe(signal.reason);
    expect(emulator.requests).toEqual([]);
  });

  it.each(UNKNOWN.slice(0, 4))("is asked by %s in the calling client's region", async (_name, make) => {
    const world = await aws();
    const provider = await make(world, [RIGHT]);
    await provider({ callerClientConfig: { region: "eu-west-3" } });
    expect(world.emulator.requests.map(({ region }) => region)).toEqual(["eu-west-3"]);
  });

  it("is asked where the provider's own options say", async () => {
    const { emulator, cache, user } = await aws();
    onlyVariables();
    const endpoint = await emulator.regionUrl("eu-west-2");
    const provider = fromMfaSession({ source: user, cache, endpoint, region: "eu-west-2", allowedAccountIds: [RIGHT] });
    await provider();
    // In whichever order: a signer of the wrong account need not be asked for a code.
    const asked = emulator.requests.map(({ operation, region }) => `${operation} in ${region}`);
    expect(asked.sort()).toEqual(["GetCallerIdentity in eu-west-2", "GetSessionToken in eu-west-2"]);
  });

  it("leaves no timer behind that keeps anything", async () => {
    const { keys, clock } = await aws();
    const timers = new Set<object>();
    const counting = {
      now: clock.now,
      schedule(callback: () => void, delayMs: number) {
        const timer = clock.schedule(() => {
          timers.delete(timer);
          callback();
        }, delayMs);
        timers.add(timer);
        const cancel = (): void => {
          timers.delete(timer);
          timer.cancel();
        };
        return { ...timer, cancel };
      },
    };
    await fromStatic(keys, { clock: counting, allowedAccountIds: [RIGHT] })();
    expect(timers.size).toBe(0);
  });
});

describe("who shares an entry", () => {
  it("is decided by the accounts, in whatever order they are written", async () => {
    const { cache, keys } = await aws();
    const lend = async () => ({ ...keys, accountId: RIGHT });
    const lists = [[RIGHT], [RIGHT, WRONG], [WRONG, RIGHT], undefined];
    const sets = await Promise.all(
      lists.map((allowedAccountIds) => fromProvider(lend, { cache, allowedAccountIds })()),
    );
    expect(new Set(sets).size).toBe(3);
    expect(sets[1]).toBe(sets[2]);
  });

  it("of a role is decided by them too: guarded and unguarded are two", async () => {
    const { emulator, at, user } = await aws();
    const base = { ...at, roleArn: roleArn("reader"), source: user };
    await fromAssumeRole(base)();
    await fromAssumeRole({ ...base, allowedAccountIds: [RIGHT] })();
    expect(emulator.count("AssumeRole")).toBe(2);
  });

  it("of a role whose signer is guarded is another than of one whose signer is not", async () => {
    const { emulator, at, keys } = await aws();
    const base = { ...at, roleArn: roleArn("reader") };
    await fromAssumeRole({ ...base, source: fromStatic(keys) })();
    await fromAssumeRole({ ...base, source: fromStatic(keys, { allowedAccountIds: [RIGHT] }) })();
    expect(emulator.count("AssumeRole")).toBe(2);
  });
});

describe("`allowedAccountIds`", () => {
  const factories: readonly (readonly [string, (allowedAccountIds: never) => unknown])[] = [
    ["fromStatic", (allowedAccountIds) => fromStatic(randomCredentials(), { allowedAccountIds })],
    ["fromEnv", (allowedAccountIds) => fromEnv({ allowedAccountIds })],
    [
      "fromSource",
      (allowedAccountIds) =>
        fromSource({ name: "mine", key: { mine: 4 }, load: async () => randomCredentials(), allowedAccountIds }),
    ],
    ["fromProvider", (allowedAccountIds) => fromProvider(async () => randomCredentials(), { allowedAccountIds })],
    ["fromAssumeRole", (allowedAccountIds) => fromAssumeRole({ roleArn: roleArn("reader"), allowedAccountIds })],
    [
      "fromWebIdentity",
      (allowedAccountIds) => fromWebIdentity({ roleArn: roleArn("web"), token: () => "", allowedAccountIds }),
    ],
    ["fromSaml", (allowedAccountIds) => fromSaml({ assertion: () => "", allowedAccountIds })],
    ["fromMfaSession", (allowedAccountIds) => fromMfaSession({ allowedAccountIds })],
    [
      "fromFederationToken",
      (allowedAccountIds) => fromFederationToken({ name: "Bob", policyArns: [TASK_POLICY], allowedAccountIds }),
    ],
    [
      "fromAssumeRoot",
      (allowedAccountIds) => fromAssumeRoot({ targetPrincipal: RIGHT, taskPolicyArn: TASK_POLICY, allowedAccountIds }),
    ],
  ];
  const malformed: readonly (readonly [unknown, RegExp])[] = [
    [[], /must be an array of one or more account ids; got an empty one/],
    [RIGHT, /must be an array of one or more account ids; got a value of type string/],
    [["12345678901"], /`allowedAccountIds\[0\]` must be a string of twelve digits; got 11 characters/],
    [
      [RIGHT, 123_456_789_012],
      /`allowedAccountIds\[1\]` must be a string of twelve digits; got a value of type number/,
    ],
    [[`${RIGHT}\n`], /`allowedAccountIds\[0\]` must be a string of twelve digits/],
  ];

  it.each(factories.flatMap(([name, make]) => malformed.map(([value, message]) => ({ name, make, value, message }))))(
    "of $name is refused when it is $value",
    ({ make, value, message }) => {
      expect(() => make(value as never)).toThrow(expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }));
      expect(() => make(value as never)).toThrow(message);
    },
  );

  it("cannot be given to fromProvider for a provider of Evercred, which would come back unguarded", () => {
    const ours = fromStatic(randomCredentials());
    expect(() => fromProvider(ours, { allowedAccountIds: [RIGHT] })).toThrow(/give it to that provider's own options/);
  });

  it("does not change when the array is changed later", async () => {
    const { keys } = await aws();
    const list = [WRONG];
    const provider = fromStatic(keys, { allowedAccountIds: list });
    list.push(RIGHT);
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
  });

  it("is kept by a cache of one's own as by the shared one", async () => {
    const { emulator, keys, clock } = await aws();
    const caches = [createCredentialCache({ clock }), createCredentialCache({ clock })];
    const lend = vi.fn(async () => keys);
    await Promise.all(caches.map((cache) => fromProvider(lend, { cache, allowedAccountIds: [RIGHT] })()));
    expect(emulator.count("GetCallerIdentity")).toBe(2);
  });
});
