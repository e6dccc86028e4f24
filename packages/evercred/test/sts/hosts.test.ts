import { createCredentialCache, fromAssumeRole, fromAssumeRoot, fromWebIdentity, getWebIdentityToken } from "evercred";
import { describe, expect, it } from "vitest";
import { askedWhere, longTermUser } from "./asked-where.js";
import { onlyVariables, profileFiles } from "./aws-settings.js";
import { type CapturedRequest, captureRequests } from "./capture-requests.js";

/** The endpoints of AWS's own tables, by partition. https://docs.aws.amazon.com/general/latest/gr/sts.html */
const PARTITIONS = [
  { partition: "aws", region: "eu-south-2", suffix: "amazonaws.com", dual: "api.aws" },
  { partition: "aws-cn", region: "cn-northwest-1", suffix: "amazonaws.com.cn", dual: "api.amazonwebservices.com.cn" },
  { partition: "aws-us-gov", region: "us-gov-east-1", suffix: "amazonaws.com", dual: "api.aws" },
  { partition: "aws-eusc", region: "eusc-de-east-1", suffix: "amazonaws.eu", dual: "api.amazonwebservices.eu" },
  { partition: "aws-iso", region: "us-iso-west-1", suffix: "c2s.ic.gov", dual: "api.aws.ic.gov" },
  { partition: "aws-iso-b", region: "us-isob-east-1", suffix: "sc2s.sgov.gov", dual: "api.aws.scloud" },
  { partition: "aws-iso-e", region: "eu-isoe-west-1", suffix: "cloud.adc-e.uk", dual: "api.cloud-aws.adc-e.uk" },
  { partition: "aws-iso-f", region: "us-isof-south-1", suffix: "csp.hci.ic.gov", dual: "api.aws.hci.ic.gov" },
] as const;

const FIPS = { AWS_USE_FIPS_ENDPOINT: "true" };
const DUAL_STACK = { AWS_USE_DUALSTACK_ENDPOINT: "true" };

/** GovCloud's own endpoint is the FIPS one. */
function fipsPrefix(partition: string): string {
  return partition === "aws-us-gov" ? "sts" : "sts-fips";
}

const HOSTS = PARTITIONS.flatMap(({ partition, region, suffix, dual }) => [
  { partition, region, settings: "none", variables: {}, host: `sts.${region}.${suffix}` },
  { partition, region, settings: "FIPS", variables: FIPS, host: `${fipsPrefix(partition)}.${region}.${suffix}` },
  { partition, region, settings: "dual stack", variables: DUAL_STACK, host: `sts.${region}.${dual}` },
  {
    partition,
    region,
    settings: "FIPS and dual stack",
    variables: { ...FIPS, ...DUAL_STACK },
    host: `sts-fips.${region}.${dual}`,
  },
]);

describe("a switch that is neither true nor false", () => {
  it.each(["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"])("is refused by the name of %s", async (variable) => {
    onlyVariables({ [variable]: "yes" });
    await expect(askedWhere()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining(`${variable} must be true or false; got "yes"`),
    });
  });

  it("is refused by the name of the profile and its key", async () => {
    onlyVariables();
    await profileFiles({ config: "[default]\nuse_fips_endpoint = 1\n" });
    await expect(askedWhere()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("use_fips_endpoint of profile default must be true or false"),
    });
  });

  it("may be written in capitals", async () => {
    onlyVariables({ AWS_USE_FIPS_ENDPOINT: "TRUE" });
    expect((await askedWhere({ options: { region: "eu-west-1" } })).origin).toBe(
      "https://sts-fips.eu-west-1.amazonaws.com",
    );
  });
});

describe("the host of a region", () => {
  it.each(HOSTS)("$region with $settings is $host", async ({ partition, region, variables, host }) => {
    onlyVariables(variables);
    const { origin, signedFor } = await askedWhere({ partition, options: { region } });
    expect({ origin, signedFor }).toEqual({ origin: `https://${host}`, signedFor: region });
  });

  it.each([
    ["use_fips_endpoint = true", "https://sts-fips.eu-west-1.amazonaws.com"],
    ["use_dualstack_endpoint = true", "https://sts.eu-west-1.api.aws"],
    ["use_fips_endpoint = true\nuse_dualstack_endpoint = true", "https://sts-fips.eu-west-1.api.aws"],
  ])("goes by the profile's %j", async (lines, origin) => {
    onlyVariables();
    await profileFiles({ config: `[default]\nregion = eu-west-1\n${lines}\n` });
    expect((await askedWhere()).origin).toBe(origin);
  });

  it("goes by the variables before the profile", async () => {
    onlyVariables({ AWS_USE_FIPS_ENDPOINT: "false" });
    await profileFiles({ config: "[default]\nregion = eu-west-1\nuse_fips_endpoint = true\n" });
    expect((await askedWhere()).origin).toBe("https://sts.eu-west-1.amazonaws.com");
  });

  it("goes by a profile that changed: one provider, two loads", async () => {
    onlyVariables();
    const write = await profileFiles({ config: "[default]\nregion = eu-west-1\n" });
    const { requests, requestHandler } = captureRequests();
    const provider = fromAssumeRole({
      roleArn: "arn:aws:iam::123456789012:role/demo",
      source: longTermUser(),
      cache: createCredentialCache(),
      clientConfig: { requestHandler },
    });
    await provider();
    await write({ config: "[default]\nregion = eu-west-1\nuse_fips_endpoint = true\n" });
    await provider({ forceRefresh: true });
    expect(requests.map(({ origin }) => origin)).toEqual([
      "https://sts.eu-west-1.amazonaws.com",
      "https://sts-fips.eu-west-1.amazonaws.com",
    ]);
  });
});

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html */
const LEGACY_REGIONS = [
  "ap-northeast-1",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
  "aws-global",
  "ca-central-1",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
];

const REGIONAL_ALWAYS = [
  "af-south-1",
  "ap-east-1",
  "ap-northeast-3",
  "ap-southeast-3",
  "eu-south-1",
  "il-central-1",
  "me-south-1",
];

const GLOBAL = { origin: "https://sts.amazonaws.com", signedFor: "us-east-1" };

function regional(region: string) {
  return { origin: `https://sts.${region}.amazonaws.com`, signedFor: region };
}

describe("AWS_STS_REGIONAL_ENDPOINTS=legacy", () => {
  const legacy = (value = "legacy") => onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: value });

  it.each(LEGACY_REGIONS)("asks the global endpoint for %s, signed for us-east-1", async (region) => {
    legacy();
    expect(await askedWhere({ options: { region } })).toMatchObject(GLOBAL);
  });

  it.each(REGIONAL_ALWAYS)("leaves %s its own endpoint", async (region) => {
    legacy();
    expect(await askedWhere({ options: { region } })).toMatchObject(regional(region));
  });

  it("leaves other partitions alone", async () => {
    legacy();
    const sent = await askedWhere({ partition: "aws-cn", options: { region: "cn-north-1" } });
    expect(sent).toMatchObject({ origin: "https://sts.cn-north-1.amazonaws.com.cn", signedFor: "cn-north-1" });
  });

  it.each([" legacy ", "LEGACY"])("is read as %j too", async (value) => {
    legacy(value);
    expect(await askedWhere({ options: { region: "eu-west-1" } })).toMatchObject(GLOBAL);
  });

  it.each(["regional", "Regional", "", " "])("is not meant by %j", async (value) => {
    legacy(value);
    expect(await askedWhere({ options: { region: "eu-west-1" } })).toMatchObject(regional("eu-west-1"));
  });

  it("counts before the profile's key", async () => {
    onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: "regional" });
    await profileFiles({ config: "[default]\nsts_regional_endpoints = legacy\n" });
    expect(await askedWhere({ options: { region: "eu-west-1" } })).toMatchObject(regional("eu-west-1"));
  });

  it("does not take an endpoint of one's own away", async () => {
    legacy();
    const inVpc = { region: "eu-west-1", endpoint: "https://vpc.example" };
    for (const options of [{ region: "eu-west-1", endpoint: "https://vpc.example" }, { stsRegions: [inVpc] }]) {
      expect(await askedWhere({ options })).toMatchObject({ origin: "https://vpc.example", signedFor: "eu-west-1" });
    }
  });

  it("does not go with FIPS and dual stack, which the global endpoint does not have", async () => {
    onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: "legacy", ...FIPS });
    expect((await askedWhere({ options: { region: "us-east-1" } })).origin).toBe(
      "https://sts-fips.us-east-1.amazonaws.com",
    );
  });

  it("goes for unsigned calls too", async () => {
    legacy();
    const { requests, requestHandler } = captureRequests();
    await fromWebIdentity({
      roleArn: "arn:aws:iam::123456789012:role/demo",
      token: "opaque-token",
      providerId: "www.amazon.com",
      region: "eu-west-1",
      cache: createCredentialCache(),
      clientConfig: { requestHandler },
    })();
    expect(requests).toMatchObject([{ origin: GLOBAL.origin, signedFor: undefined }]);
  });
});

describe("a junk value of", () => {
  it("AWS_STS_REGIONAL_ENDPOINTS is refused by the variable's name", async () => {
    onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: "global" });
    await expect(askedWhere()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining('AWS_STS_REGIONAL_ENDPOINTS must be legacy or regional; got "global"'),
    });
  });

  it("either is nobody's trouble where an endpoint is named", async () => {
    onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: "global" });
    await profileFiles({ config: "[default]\nsts_regional_endpoints = both\n" });
    const endpoint = "https://vpc.example";
    expect((await askedWhere({ options: { region: "eu-west-1", endpoint } })).origin).toBe(endpoint);
    expect((await askedWhere({ clientConfig: { region: "eu-west-1", endpoint } })).origin).toBe(endpoint);
  });

  it("the profile's sts_regional_endpoints is refused by the key's name", async () => {
    onlyVariables();
    await profileFiles({ config: "[default]\nsts_regional_endpoints = both\n" });
    await expect(askedWhere()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining('sts_regional_endpoints of the profile must be legacy or regional; got "both"'),
    });
  });
});

describe("the global endpoint", () => {
  it("is asked where the profile says legacy", async () => {
    onlyVariables();
    await profileFiles({ config: "[default]\nregion = eu-west-1\nsts_regional_endpoints = legacy\n" });
    expect(await askedWhere()).toMatchObject(GLOBAL);
  });

  it("is asked where clientConfig.useGlobalEndpoint says so, and not where it says no", async () => {
    onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: "legacy" });
    const options = { region: "eu-west-1" };
    expect(await askedWhere({ options, clientConfig: { useGlobalEndpoint: true } })).toMatchObject(GLOBAL);
    expect(await askedWhere({ options, clientConfig: { useGlobalEndpoint: false } })).toMatchObject(
      regional("eu-west-1"),
    );
  });

  it("is what the region aws-global stands for", async () => {
    onlyVariables();
    expect(await askedWhere({ options: { region: "aws-global" } })).toMatchObject(GLOBAL);
  });
});

describe.each(["AssumeRoot", "GetWebIdentityToken"] as const)(
  "%s, which the global endpoint does not have",
  (operation) => {
    async function ask(options: object): Promise<CapturedRequest | undefined> {
      const { requests, requestHandler } = captureRequests();
      const { clientConfig, ...rest } = options as { clientConfig?: object };
      const common = {
        source: longTermUser(),
        cache: createCredentialCache(),
        ...rest,
        clientConfig: { requestHandler, ...clientConfig },
      };
      const provider =
        operation === "GetWebIdentityToken"
          ? getWebIdentityToken({ audience: "https://api.example", ...common })
          : fromAssumeRoot({
              targetPrincipal: "111122223333",
              taskPolicyArn: "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
              ...common,
            });
      await provider();
      return requests[0];
    }

    it("is asked in the region, whatever says legacy", async () => {
      onlyVariables({ AWS_STS_REGIONAL_ENDPOINTS: "legacy" });
      expect(await ask({ region: "us-east-1" })).toMatchObject(regional("us-east-1"));
      onlyVariables();
      await profileFiles({ config: "[default]\nregion = eu-west-1\nsts_regional_endpoints = legacy\n" });
      expect(await ask({})).toMatchObject(regional("eu-west-1"));
    });

    it("is asked in the region, also where clientConfig.useGlobalEndpoint is set", async () => {
      onlyVariables();
      const answer = await ask({ region: "us-east-1", clientConfig: { useGlobalEndpoint: true } }).catch(
        (error: unknown) => error,
      );
      expect(answer).not.toMatchObject(GLOBAL);
    });

    it.each([
      ["the option", { region: "aws-global" }, {}],
      ["stsRegions", { stsRegions: ["us-east-1", "aws-global"] }, {}],
      ["clientConfig", { clientConfig: { region: "aws-global" } }, {}],
      ["AWS_REGION", {}, { AWS_REGION: "aws-global" }],
    ])("is refused for aws-global of %s, with the way out", async (_where, options, variables) => {
      onlyVariables(variables);
      await expect(ask(options)).rejects.toMatchObject({
        code: "ERR_CREDENTIALS_CONFIG",
        message: expect.stringMatching(
          new RegExp(`STS has no ${operation} on its global endpoint\\. Set \`region\` to one .* such as us-east-1`),
        ),
      });
    });
  },
);
