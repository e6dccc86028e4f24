import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { startOidcIssuer } from "@evercred/testing";
import { createCredentialCache, fromProvider, fromWebIdentity } from "evercred";
import { describe, expect, it, onTestFinished } from "vitest";
import { roleArn } from "../support/emulated-aws.js";
import { randomSecret } from "../support/random-credentials.js";
import { onlyVariables } from "./aws-settings.js";
import { captureRequests } from "./capture-requests.js";
import { arrivals, ended, FIRST, type RegionalAws, regionalAws, SECOND } from "./regional-aws.js";

const MINUTE_MS = 60_000;

/** A load of its own: an entry that nobody else has. */
function load(aws: RegionalAws, options: object = {}) {
  return aws.reader({ externalId: randomSecret(), ...options })();
}

describe("an outage of one region, with the next not activated,", () => {
  it("passes: the set in hand is served beyond its end, and the message names both regions", async () => {
    const aws = await regionalAws();
    const provider = aws.reader();
    const set = await provider();
    aws.emulator.addFault({ kind: "error", region: FIRST });
    aws.emulator.addFault({ kind: "refuse", status: 403, code: "RegionDisabledException", region: SECOND });
    await aws.clock.advance(61 * MINUTE_MS);
    expect(await ended(provider(), aws.clock)).toBe(set);
    const { message = "", code } = provider.status().lastError ?? {};
    expect(code).toBe("ERR_CREDENTIALS_TRANSIENT");
    for (const { endpoint } of aws.stsRegions) {
      expect(message).toContain(new URL(endpoint).origin);
    }
    expect(message).toContain("InternalFailure");
  });

  it("passes in whichever order they are asked", async () => {
    const aws = await regionalAws({ disabledRegions: [FIRST] });
    aws.emulator.addFault({ kind: "error", region: SECOND });
    expect(await ended(load(aws), aws.clock)).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(aws.arrived().first).toBeGreaterThan(0);
  });
});

describe("the event of a failover", () => {
  it("has the socket's code where nobody was reached", async () => {
    const aws = await regionalAws();
    await aws.emulator.closeRegion(FIRST);
    const reasons: unknown[] = [];
    const listen = (event: unknown): void => void reasons.push((event as { reason: string }).reason);
    subscribe("evercred:failover", listen);
    onTestFinished(() => void unsubscribe("evercred:failover", listen));
    await load(aws);
    expect(reasons).toEqual(["ECONNREFUSED"]);
  });
});

describe("what a function of the user's throws", () => {
  const gone = (): Error => Object.assign(new Error("connect ECONNREFUSED 10.0.0.7:8200"), { code: "ECONNREFUSED" });

  it("marks no region as down, and is told as what it is: a token function at its second attempt", async () => {
    const aws = await regionalAws();
    const issuer = await startOidcIssuer({ clock: aws.clock, algorithm: "ES256" });
    onTestFinished(() => issuer.close());
    const { arn } = aws.emulator.addOidcProvider({ issuer: issuer.issuer, clientIds: ["sts.amazonaws.com"] });
    aws.emulator.addRole({ roleName: "web", trust: { federated: [arn] } });
    let asked = 0;
    const token = async (): Promise<string> => {
      asked += 1;
      if (asked === 2) {
        throw gone();
      }
      return await issuer.token();
    };
    const { cache, stsRegions } = aws;
    const web = { roleArn: roleArn("web"), token, cache, stsRegions };
    aws.emulator.addFault({ kind: "throttle", times: 1 });
    expect(await ended(fromWebIdentity(web)(), aws.clock)).toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringMatching(/^What STS AssumeRoleWithWebIdentity for \S+ needs failed with .*10\.0\.0\.7/),
    });
    expect(asked).toBe(2);
    expect(aws.arrived()).toEqual({ first: 1, second: 0 });
    await load(aws);
    expect(aws.arrived()).toEqual({ first: 2, second: 0 });
  });

  it("marks no region as down: who signs, asked again in mid-call", async () => {
    const aws = await regionalAws();
    const keys = await aws.user();
    let asked = 0;
    const lend = async () => {
      asked += 1;
      return asked === 1 ? keys : Promise.reject(gone());
    };
    aws.emulator.addFault({ kind: "refuse", status: 403, code: "ExpiredTokenException", times: 1 });
    const source = fromProvider(lend, { cache: aws.cache });
    expect(await ended(load(aws, { source }), aws.clock)).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(asked).toBe(2);
    await load(aws);
    expect(aws.arrived()).toEqual({ first: 2, second: 0 });
  });
});

describe("the health of a region", () => {
  it("is known for one way to it: another `clientConfig` finds out for itself", async () => {
    const aws = await regionalAws();
    onlyVariables();
    const { requestHandler } = captureRequests();
    const answer = requestHandler as unknown as { handle(request: object): Promise<object> };
    const [first] = aws.stsRegions;
    const handle = (request: { readonly port: number }) =>
      String(request.port) === new URL(first.endpoint).port
        ? Promise.reject(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" }))
        : answer.handle(request);
    const behindProxy = aws.reader({ clientConfig: { requestHandler: { handle } as never } });
    await ended(behindProxy(), aws.clock);
    expect(behindProxy.status().details).toMatchObject({ region: SECOND, failedOverFrom: FIRST });
    await load(aws);
    expect(aws.arrived()).toEqual({ first: 1, second: 0 });
  });

  it("is shared by equal configurations", async () => {
    const aws = await regionalAws();
    aws.emulator.addFault({ kind: "error", region: FIRST });
    const clientConfig = { customUserAgent: "mine" };
    await load(aws, { clientConfig: { ...clientConfig } });
    await load(aws, { clientConfig: { ...clientConfig } });
    expect(aws.arrived()).toEqual({ first: 1, second: 2 });
  });

  it("is not blamed for a process that was frozen in mid-attempt", async () => {
    const aws = await regionalAws();
    const came = arrivals(aws.clock);
    const lift = aws.emulator.addFault({ kind: "silence", region: FIRST, when: came.note });
    const cache = createCredentialCache({ clock: aws.clock, random: () => 0, refresh: { loadTimeoutMs: 300_000 } });
    const frozen = load(aws, { cache });
    await came.reached(1);
    aws.clock.suspend(60_000);
    lift();
    await ended(frozen, aws.clock);
    await load(aws);
    expect(aws.arrived()).toEqual({ first: 2, second: 1 });
  });

  it("is not known by an error that nobody can tell: the region stays away", async () => {
    const aws = await regionalAws();
    onlyVariables();
    const { requestHandler } = captureRequests();
    const answer = requestHandler as unknown as { handle(request: object): Promise<object> };
    const asked: string[] = [];
    let thrown: Error = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
    const handle = async (request: { readonly hostname: string }) => {
      asked.push(request.hostname.split(".")[1] ?? "");
      return asked.at(-1) === FIRST ? Promise.reject(thrown) : answer.handle(request);
    };
    const options = { stsRegions: [FIRST, SECOND], clientConfig: { requestHandler: { handle } as never } };
    await ended(load(aws, options), aws.clock);
    await aws.clock.advance(5 * MINUTE_MS);
    thrown = new TypeError("x is not a function");
    expect(await ended(load(aws, options), aws.clock)).toBeInstanceOf(Error);
    await ended(load(aws, options), aws.clock);
    expect(asked).toEqual([FIRST, SECOND, FIRST, SECOND]);
  });

  it("is not known by an outage of the only region that is asked", async () => {
    const aws = await regionalAws();
    const lift = aws.emulator.addFault({ kind: "error", region: FIRST });
    const [first] = aws.stsRegions;
    await ended(load(aws, { stsRegions: [first] }), aws.clock);
    lift();
    await load(aws);
    expect(aws.arrived()).toEqual({ first: 4, second: 0 });
  });
});
