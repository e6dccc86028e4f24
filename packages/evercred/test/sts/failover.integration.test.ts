import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { type EmulatorFault, startOidcIssuer } from "@evercred/testing";
import { type CredentialProvider, fromWebIdentity } from "evercred";
import { describe, expect, it, onTestFinished } from "vitest";
import { roleArn } from "../support/emulated-aws.js";
import { onlyVariables } from "./aws-settings.js";
import { arrivals, ended, FIRST, type RegionalAws, regionalAws, SECOND } from "./regional-aws.js";

/** The ways in which a region is down, but for those that take their time. */
const DOWN: readonly (readonly [name: string, breakIt: (aws: RegionalAws) => Promise<unknown>, reason: RegExp])[] = [
  ["refuses connections", (aws) => aws.emulator.closeRegion(FIRST), /./],
  ["resets connections", (aws) => fault(aws, { kind: "reset" }), /./],
  ["answers 500", (aws) => fault(aws, { kind: "error" }), /^InternalFailure$/],
  [
    "answers 503",
    (aws) => fault(aws, { kind: "refuse", status: 503, code: "ServiceUnavailable" }),
    /^ServiceUnavailable$/,
  ],
  [
    "is not activated",
    (aws) => fault(aws, { kind: "refuse", status: 403, code: "RegionDisabledException" }),
    /^RegionDisabled$/,
  ],
];

type FaultKind = EmulatorFault extends infer F ? (F extends EmulatorFault ? Omit<F, "region"> : never) : never;

async function fault(aws: RegionalAws, broken: FaultKind, region = FIRST): Promise<() => void> {
  return aws.emulator.addFault({ region, ...broken } as EmulatorFault);
}

/** A signed and an unsigned operation. */
const OPERATIONS = [
  ["AssumeRole", () => regionalAws(), (aws: RegionalAws) => aws.reader()],
  ["AssumeRoleWithWebIdentity", awsWithIssuer, webIdentity],
] as const;

const issuers = new WeakMap<RegionalAws, () => Promise<string>>();

async function awsWithIssuer(): Promise<RegionalAws> {
  const aws = await regionalAws();
  const issuer = await startOidcIssuer({ clock: aws.clock, algorithm: "ES256" });
  onTestFinished(() => issuer.close());
  const { arn } = aws.emulator.addOidcProvider({ issuer: issuer.issuer, clientIds: ["sts.amazonaws.com"] });
  aws.emulator.addRole({ roleName: "reader", trust: { federated: [arn] } });
  issuers.set(aws, () => issuer.token());
  return aws;
}

function webIdentity(aws: RegionalAws): CredentialProvider {
  const token = issuers.get(aws) ?? (() => "");
  return fromWebIdentity({ roleArn: roleArn("reader"), token, cache: aws.cache, stsRegions: aws.stsRegions });
}

describe.each(OPERATIONS)("%s asks the next region when the first", (operation, start, make) => {
  it.each(DOWN)("%s", async (_name, breakIt, reason) => {
    const aws = await start();
    await breakIt(aws);
    const events = failovers();
    const provider = make(aws);
    await expect(provider()).resolves.toMatchObject({ accountId: "123456789012" });
    expect(aws.arrived().second).toBe(1);
    expect(aws.arrived().first).toBeLessThanOrEqual(1);
    expect(provider.status()).toMatchObject({
      details: { region: SECOND, failedOverFrom: FIRST },
      origin: [expect.stringMatching(new RegExp(` in ${SECOND}$`)), expect.any(String)],
    });
    expect(provider.status()).not.toHaveProperty("lastError");
    expect(events).toEqual([
      { operation, target: roleArn("reader"), from: FIRST, to: SECOND, reason: expect.stringMatching(reason) },
    ]);
  });

  it("is silent, after the attempt's eight seconds and within the load's deadline", async () => {
    const aws = await start();
    const came = arrivals(aws.clock);
    await fault(aws, { kind: "silence", when: came.note });
    const startedAt = aws.clock.now();
    const call = make(aws)();
    await came.reached(1);
    await aws.clock.advance(7_999);
    expect(aws.arrived().second).toBe(0);
    await aws.clock.advance(1);
    await expect(call).resolves.toBeDefined();
    expect(aws.clock.now() - startedAt).toBe(8_000);
    expect(aws.clock.pending).toBe(0);
  });

  it.each([
    { how: "throttles", broken: { kind: "throttle" }, code: "ERR_CREDENTIALS_TRANSIENT", asked: 3 },
    {
      how: "throttles with 503",
      broken: { kind: "refuse", status: 503, code: "RequestLimitExceeded" },
      code: "ERR_CREDENTIALS_TRANSIENT",
      asked: 3,
    },
    { how: "refuses", broken: { kind: "access-denied" }, code: "ERR_CREDENTIALS_DENIED", asked: 1 },
    {
      how: "finds the request wrong",
      broken: { kind: "refuse", status: 400, code: "ValidationError" },
      code: "ERR_CREDENTIALS_CONFIG",
      asked: 1,
    },
  ] as const)("not where it $how: that is an answer", async ({ broken, code, asked }) => {
    const aws = await start();
    await fault(aws, broken);
    const events = failovers();
    expect(await ended(make(aws)(), aws.clock)).toMatchObject({ code, message: expect.stringMatching(/127\.0\.0\.1/) });
    expect(aws.arrived()).toEqual({ first: asked, second: 0 });
    expect(events).toEqual([]);
  });
});

describe("a region where STS is not activated", () => {
  it("gives way to one where it is", async () => {
    const aws = await regionalAws({ disabledRegions: [FIRST] });
    const provider = aws.reader();
    await provider();
    expect(provider.status().details).toMatchObject({ region: SECOND, failedOverFrom: FIRST });
    expect(aws.emulator.requests.map(({ errorCode }) => errorCode)).toEqual(["RegionDisabledException", undefined]);
  });
});

describe("failover", () => {
  it("does not show where the first region answers", async () => {
    const aws = await regionalAws();
    const events = failovers();
    const provider = aws.reader();
    await provider();
    expect(provider.status().details).toMatchObject({ region: FIRST });
    expect(provider.status().details).not.toHaveProperty("failedOverFrom");
    expect(events).toEqual([]);
    expect(aws.arrived()).toEqual({ first: 1, second: 0 });
  });

  it("does not happen without `stsRegions`: the one region is asked three times", async () => {
    const aws = await regionalAws();
    await fault(aws, { kind: "error" });
    const [{ endpoint }] = aws.stsRegions;
    const provider = aws.reader({ stsRegions: undefined, region: FIRST, endpoint });
    expect(await ended(provider(), aws.clock)).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(aws.arrived()).toEqual({ first: 3, second: 0 });
  });

  it("tells of no secret, neither in its event nor in its status", async () => {
    const aws = await regionalAws();
    await fault(aws, { kind: "error" });
    const events = failovers();
    const provider = aws.reader({ externalId: "tenant-7-external" });
    const { secretAccessKey, sessionToken = "" } = await provider();
    const signer = await aws.user();
    const shown = inspect([events, provider.status()], { depth: null, showHidden: true });
    for (const secret of [secretAccessKey, sessionToken, signer.secretAccessKey, "tenant-7-external"]) {
      expect(shown).not.toContain(secret);
    }
    expect(Object.keys(events[0] ?? {}).sort()).toEqual(["from", "operation", "reason", "target", "to"]);
  });

  it("counts one load, and no failure", async () => {
    const aws = await regionalAws();
    await fault(aws, { kind: "error" });
    await aws.reader()();
    expect(aws.cache.stats()).toMatchObject({ refreshes: 1, failures: 0 });
  });

  it("asks a third region when the first two are down", async () => {
    const aws = await regionalAws();
    const third = { region: "eu-west-2", endpoint: await aws.emulator.regionUrl("eu-west-2") };
    await aws.emulator.closeRegion(FIRST);
    await fault(aws, { kind: "error" }, SECOND);
    const events = failovers();
    const provider = aws.reader({ stsRegions: [...aws.stsRegions, third] });
    await provider();
    expect(provider.status().details).toMatchObject({ region: "eu-west-2", failedOverFrom: FIRST });
    expect(events.map(({ from, to }) => [from, to])).toEqual([
      [FIRST, SECOND],
      [SECOND, "eu-west-2"],
    ]);
  });
});

describe("when all regions are down", () => {
  it("the error is transient and names every endpoint that was asked", async () => {
    const aws = await regionalAws();
    await Promise.all([aws.emulator.closeRegion(FIRST), aws.emulator.closeRegion(SECOND)]);
    expect(await ended(aws.reader()(), aws.clock)).toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringMatching(
        /STS AssumeRole for \S+ \((?:http:\/\/127\.0\.0\.1:\d+(?:, )?){2}\) failed with .*after 6 attempts/,
      ),
    });
  });

  it("the error names every region that was asked, where nobody named an endpoint", async () => {
    const aws = await regionalAws();
    const handle = async () => {
      throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    };
    onlyVariables();
    const clientConfig = { requestHandler: { handle } as never };
    expect(await ended(aws.reader({ stsRegions: [FIRST, SECOND], clientConfig })(), aws.clock)).toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringContaining(`(${FIRST}, ${SECOND}) failed with`),
    });
  });

  it("the error is a timeout where the last one was silent, within the load's thirty seconds", async () => {
    const aws = await regionalAws();
    const came = arrivals(aws.clock);
    await fault(aws, { kind: "silence", when: came.note });
    await fault(aws, { kind: "silence", when: came.note }, SECOND);
    const startedAt = aws.clock.now();
    const call = aws
      .reader()()
      .catch((error: unknown) => error);
    for (const request of [1, 2, 3]) {
      await came.reached(request);
      await aws.clock.advance(8_000);
    }
    await came.reached(4);
    await aws.clock.advance(6_000);
    expect(await call).toMatchObject({ code: "ERR_CREDENTIALS_TIMEOUT" });
    expect(aws.clock.now() - startedAt).toBe(30_000);
  });

  it("the error is the configuration's where none is activated", async () => {
    const aws = await regionalAws({ disabledRegions: [FIRST, SECOND] });
    expect(await ended(aws.reader()(), aws.clock)).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("RegionDisabled"),
    });
    expect(aws.arrived()).toEqual({ first: 1, second: 1 });
  });

  it("the next call works once one of them is well", async () => {
    const aws = await regionalAws();
    await Promise.all([aws.emulator.closeRegion(FIRST), aws.emulator.closeRegion(SECOND)]);
    const provider = aws.reader();
    await ended(provider(), aws.clock);
    await aws.emulator.openRegion(FIRST);
    await expect(ended(provider(), aws.clock)).resolves.toMatchObject({ accountId: "123456789012" });
  });
});

describe("the order of the regions", () => {
  it("begins with `region`, and asks it once also where `stsRegions` has it", async () => {
    const aws = await regionalAws();
    await fault(aws, { kind: "error" });
    await fault(aws, { kind: "error" }, SECOND);
    const third = { region: "eu-west-2", endpoint: await aws.emulator.regionUrl("eu-west-2") };
    const [first, second] = aws.stsRegions;
    const provider = aws.reader({ region: SECOND, stsRegions: [first, second, first, third, second] });
    await provider();
    expect(aws.emulator.requests.map(({ region }) => region)).toEqual([SECOND, FIRST, "eu-west-2"]);
    expect(provider.status().details).toMatchObject({ region: "eu-west-2", failedOverFrom: SECOND });
  });

  it("begins with clientConfig.region where there is no `region`", async () => {
    const aws = await regionalAws();
    await aws.reader({ clientConfig: { region: SECOND } })();
    expect(aws.arrived()).toEqual({ first: 0, second: 1 });
  });

  it("is not changed by the calling client, nor by the environment", async () => {
    const aws = await regionalAws();
    await aws.reader()({ callerClientConfig: { region: SECOND } });
    expect(aws.arrived()).toEqual({ first: 1, second: 0 });
  });
});

interface FailoverMembers {
  readonly from: string;
  readonly to: string;
}

/** Every failover from now until the test ends. */
function failovers(): FailoverMembers[] {
  const events: FailoverMembers[] = [];
  const listen = (event: unknown): void => void events.push(event as FailoverMembers);
  subscribe("evercred:failover", listen);
  onTestFinished(() => void unsubscribe("evercred:failover", listen));
  return events;
}
