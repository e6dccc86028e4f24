import { createCredentialCache, fromAssumeRole } from "evercred";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { longTermUser } from "./asked-where.js";
import { onlyVariables, profileFiles } from "./aws-settings.js";
import { captureRequests } from "./capture-requests.js";

/** Loads of one role by one signer in one cache, which differ in where STS is asked only. */
function oneRole() {
  const { requests, requestHandler } = captureRequests();
  const cache = createCredentialCache();
  onTestFinished(() => cache[Symbol.asyncDispose]());
  const base = {
    roleArn: "arn:aws:iam::123456789012:role/demo",
    source: longTermUser(),
    cache,
  };
  const load = (options: object = {}, clientConfig: object = {}) =>
    fromAssumeRole({ ...base, ...options, clientConfig: { requestHandler, ...clientConfig } })();
  return { requests, load };
}

const VPC = "https://vpc.example";

describe("one entry", () => {
  it.each([
    ["the region", [{ region: "eu-west-1" }, { region: "us-west-2" }, {}]],
    ["the order of `stsRegions`", [{ stsRegions: ["eu-west-1", "eu-west-2"] }, { stsRegions: ["eu-west-2"] }, {}]],
    ["`callsPerSecond`", [{ callsPerSecond: 5 }, { callsPerSecond: 600 }, {}]],
  ])("is shared, whatever %s", async (_name, several) => {
    onlyVariables();
    const { requests, load } = oneRole();
    for (const options of several) {
      await load(options);
    }
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["the option `endpoint`", [{ endpoint: VPC }, {}]],
    [
      "an endpoint in `stsRegions`",
      [{ stsRegions: [{ region: "eu-west-1", endpoint: VPC }] }, { stsRegions: ["eu-west-1"] }],
    ],
  ])("is not shared by those that differ in %s: it may be another AWS", async (_name, several) => {
    onlyVariables();
    const { requests, load } = oneRole();
    for (const options of several) {
      await load(options);
    }
    expect(requests).toHaveLength(2);
  });

  it.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"])("is not shared across values of %s", async (variable) => {
    onlyVariables();
    const { requests, load } = oneRole();
    await load();
    vi.stubEnv(variable, VPC);
    await load();
    await load({ endpoint: VPC });
    expect(requests.map(({ origin }) => origin)).toEqual(["https://sts.us-east-1.amazonaws.com", VPC]);
  });

  it("is not shared across profiles, whose files may name another endpoint", async () => {
    onlyVariables();
    await profileFiles({ config: `[profile vpc]\nendpoint_url = ${VPC}\n` });
    const { requests, load } = oneRole();
    await load();
    vi.stubEnv("AWS_PROFILE", "vpc");
    await load();
    vi.stubEnv("AWS_PROFILE", undefined);
    await load({}, { profile: "vpc" });
    expect(requests.map(({ origin }) => origin)).toEqual(["https://sts.us-east-1.amazonaws.com", VPC, VPC]);
  });

  it("is shared across profiles where their endpoints do not count", async () => {
    onlyVariables({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" });
    const { requests, load } = oneRole();
    await load();
    vi.stubEnv("AWS_PROFILE", "other");
    await load();
    expect(requests).toHaveLength(1);
  });
});
