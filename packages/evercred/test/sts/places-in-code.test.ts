import { createCredentialCache, fromAssumeRole } from "evercred";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { askedWhere, longTermUser } from "./asked-where.js";
import { onlyVariables, profileFiles } from "./aws-settings.js";
import { captureRequests } from "./capture-requests.js";

const CODE = "https://code.example";
const VARIABLE = "https://variable.example";
const OWN = "https://sts.eu-west-1.amazonaws.com";

describe("clientConfig.endpoint", () => {
  it.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"])("counts before %s", async (variable) => {
    onlyVariables({ [variable]: VARIABLE, AWS_REGION: "eu-west-1" });
    expect(await askedWhere({ clientConfig: { endpoint: CODE } })).toMatchObject({
      origin: CODE,
      signedFor: "eu-west-1",
    });
  });

  it("counts before the profile's", async () => {
    onlyVariables();
    await profileFiles({ config: `[default]\nendpoint_url = ${VARIABLE}\n` });
    expect((await askedWhere({ clientConfig: { endpoint: CODE } })).origin).toBe(CODE);
  });

  it("gives way to the option `endpoint`", async () => {
    onlyVariables({ AWS_ENDPOINT_URL: VARIABLE });
    const asked = await askedWhere({
      options: { endpoint: "https://option.example" },
      clientConfig: { endpoint: CODE },
    });
    expect(asked.origin).toBe("https://option.example");
  });

  it("counts before AWS_STS_REGIONAL_ENDPOINTS=legacy, and before a junk value of it", async () => {
    for (const value of ["legacy", "junk"]) {
      onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: value, AWS_REGION: "us-east-1" });
      expect((await askedWhere({ clientConfig: { endpoint: CODE } })).origin).toBe(CODE);
    }
  });

  it("is what an entry is known by: the variables and the profile take no part in it", async () => {
    const { requests, load } = oneRole();
    onlyVariables();
    for (const variables of [{}, { AWS_ENDPOINT_URL: VARIABLE }, { AWS_ENDPOINT_URL_STS: VARIABLE }]) {
      onlyVariables(variables);
      await load({}, { endpoint: CODE });
    }
    onlyVariables({ AWS_PROFILE: "other" });
    await load({}, { endpoint: CODE });
    expect(requests.map(({ origin }) => origin)).toEqual([CODE]);
    await load({}, { endpoint: "https://another.example" });
    expect(requests).toHaveLength(2);
  });

  it("must be a URL without a password", () => {
    for (const endpoint of ["code.example", "https://user:pass@code.example", "https://user@code.example"]) {
      expect(() => oneRole().load({}, { endpoint })).toThrow("`clientConfig.endpoint` must");
    }
  });
});

describe("legacy", () => {
  it("does not go with `stsRegions`: they were named", async () => {
    onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: "legacy" });
    expect((await askedWhere({ options: { stsRegions: ["eu-west-1"] } })).origin).toBe(OWN);
  });

  it.each([true, false])("leaves clientConfig.useGlobalEndpoint as it is: %j", async (useGlobalEndpoint) => {
    onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: "legacy", AWS_REGION: "eu-west-1" });
    const host = useGlobalEndpoint ? "https://sts.amazonaws.com" : OWN;
    expect((await askedWhere({ clientConfig: { useGlobalEndpoint } })).origin).toBe(host);
  });
});

describe("one region, with an endpoint and without,", () => {
  it("is two places: the second is asked when the first is down", async () => {
    onlyVariables();
    const { requests, requestHandler } = captureRequests();
    const asked: string[] = [];
    const handle = async (request: { hostname: string }, options: object) => {
      asked.push(request.hostname);
      if (request.hostname === "vpc.example") {
        throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
      }
      return (requestHandler as unknown as { handle: (...args: object[]) => Promise<object> }).handle(request, options);
    };
    const stsRegions = [{ region: "eu-west-1", endpoint: "https://vpc.example" }, "eu-west-1", "eu-west-1"];
    await askedWhere({ options: { stsRegions }, clientConfig: { requestHandler: { handle } as never } }).catch(
      () => {},
    );
    expect(asked).toEqual(["vpc.example", "sts.eu-west-1.amazonaws.com"]);
    expect(requests).toHaveLength(1);
  });
});

describe("an entry", () => {
  it("is shared by configurations that differ in what takes no effect only", async () => {
    onlyVariables();
    const { requests, load } = oneRole();
    const log = (): void => {};
    const logger = { trace: log, debug: log, info: log, warn: log, error: log };
    const several = [{}, { region: "eu-west-1" }, { region: "us-west-2" }, { maxAttempts: 7 }, { logger }];
    for (const clientConfig of [...several, { retryMode: "adaptive" }, { credentials: async () => ({}) }]) {
      await load({}, clientConfig);
    }
    expect(requests).toHaveLength(1);
  });

  it("is not shared by configurations with different functions: each is itself", async () => {
    onlyVariables();
    const { requests, load } = oneRole();
    const one = async (): Promise<boolean> => false;
    const other = async (): Promise<boolean> => false;
    for (const useFipsEndpoint of [one, other, one]) {
      await load({}, { useFipsEndpoint });
    }
    expect(requests).toHaveLength(2);
  });

  it("is not shared across values of AWS_CONFIG_FILE: it may name another endpoint", async () => {
    onlyVariables();
    const { requests, load } = oneRole();
    await load();
    await profileFiles({ config: `[default]\nendpoint_url = ${VARIABLE}\n` });
    await load();
    await load();
    expect(requests.map(({ origin }) => origin)).toEqual(["https://sts.us-east-1.amazonaws.com", VARIABLE]);
  });

  it("is not shared across values of AWS_PROFILE, each in one file", async () => {
    onlyVariables();
    await profileFiles({ config: `[profile a]\nendpoint_url = ${CODE}\n[profile b]\nendpoint_url = ${VARIABLE}\n` });
    const { requests, load } = oneRole();
    for (const profile of ["a", "b", "a"]) {
      vi.stubEnv("AWS_PROFILE", profile);
      await load();
    }
    expect(requests.map(({ origin }) => origin)).toEqual([CODE, VARIABLE]);
  });
});

/** Loads of one role by one signer in one cache, which differ in where STS is asked only. */
function oneRole() {
  const { requests, requestHandler } = captureRequests();
  const cache = createCredentialCache();
  onTestFinished(() => cache[Symbol.asyncDispose]());
  const base = { roleArn: "arn:aws:iam::123456789012:role/demo", source: longTermUser(), cache };
  const load = (options: object = {}, clientConfig: object = {}) =>
    fromAssumeRole({ ...base, ...options, clientConfig: { requestHandler, ...clientConfig } })();
  return { requests, load };
}
