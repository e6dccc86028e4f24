import { createCredentialCache, fromAssumeRole, fromMfaSession, fromWebIdentity } from "evercred";
import { describe, expect, it, vi } from "vitest";
import { askedWhere, longTermUser, type Settings } from "./asked-where.js";
import { onlyVariables, type ProfileFiles, profileFiles } from "./aws-settings.js";
import { captureRequests } from "./capture-requests.js";

/** Everything a region can come from, beside a partition's default. */
interface Sources {
  settings: Settings;
  variables: Record<string, string>;
  files: ProfileFiles;
}

type Step = readonly [name: string, region: string, set: (sources: Sources, region: string) => Sources];

/** The order that AWS documents, the first that says a region wins. */
const STEPS: readonly Step[] = [
  ["the option", "eu-west-1", (all, region) => merge(all, { options: { region } })],
  ["clientConfig.region", "eu-west-2", (all, region) => merge(all, { clientConfig: { region } })],
  ["the calling client's", "eu-west-3", (all, region) => merge(all, { request: { callerClientConfig: { region } } })],
  ["AWS_REGION", "eu-north-1", (all, AWS_REGION) => ({ ...all, variables: { ...all.variables, AWS_REGION } })],
  [
    "AWS_DEFAULT_REGION",
    "ap-south-1",
    (all, AWS_DEFAULT_REGION) => ({ ...all, variables: { ...all.variables, AWS_DEFAULT_REGION } }),
  ],
  [
    "the credentials file's",
    "sa-east-1",
    (all, region) => ({ ...all, files: { ...all.files, credentials: `[default]\nregion = ${region}\n` } }),
  ],
  [
    "the config file's",
    "ca-central-1",
    (all, region) => ({ ...all, files: { ...all.files, config: `[default]\nregion = ${region}\n` } }),
  ],
];

function merge(all: Sources, settings: Settings): Sources {
  return { ...all, settings: { ...all.settings, ...settings } };
}

async function regionBy(steps: readonly Step[]): Promise<string | undefined> {
  const nothing: Sources = { settings: {}, variables: {}, files: {} };
  const all = steps.reduce((sources, [, region, set]) => set(sources, region), nothing);
  onlyVariables(all.variables);
  await profileFiles(all.files);
  return (await askedWhere(all.settings)).signedFor;
}

const PAIRS = STEPS.flatMap((first, index) =>
  STEPS.slice(index + 1).map((second) => [first[0], second[0], { first, second }] as const),
);

describe("the region of a call", () => {
  it.each(STEPS.map((step) => [step[0], step] as const))("is %s where nothing else says one", async (_name, step) => {
    expect(await regionBy([step])).toBe(step[1]);
  });

  it.each(PAIRS)("is %s before %s", async (_first, _second, { first, second }) => {
    expect(await regionBy([second, first])).toBe(first[1]);
  });

  it("is the first of all that say one", async () => {
    expect(await regionBy(STEPS)).toBe("eu-west-1");
  });

  it.each([
    ["aws", "us-east-1"],
    ["aws-cn", "cn-north-1"],
    ["aws-us-gov", "us-gov-west-1"],
    ["aws-eusc", "eusc-de-east-1"],
    ["aws-iso", "us-iso-east-1"],
    ["aws-iso-b", "us-isob-east-1"],
    ["aws-iso-e", "eu-isoe-west-1"],
    ["aws-iso-f", "us-isof-south-1"],
  ])("of a role in %s is %s where nothing says one", async (partition, region) => {
    onlyVariables();
    expect((await askedWhere({ partition })).signedFor).toBe(region);
  });

  it.each(["", "  "])("is not %j: a blank variable counts as unset", async (blank) => {
    onlyVariables({ AWS_REGION: blank, AWS_DEFAULT_REGION: "eu-west-1" });
    expect((await askedWhere()).signedFor).toBe("eu-west-1");
  });
});

describe("the profile whose region counts", () => {
  const config =
    "[default]\nregion = us-west-1\n[profile work]\nregion = eu-west-1\n[profile home]\nregion = eu-west-2\n";

  it("is the one that AWS_PROFILE names", async () => {
    onlyVariables({ AWS_PROFILE: "work" });
    await profileFiles({ config });
    expect((await askedWhere()).signedFor).toBe("eu-west-1");
  });

  it("is the one that clientConfig.profile names, before AWS_PROFILE", async () => {
    onlyVariables({ AWS_PROFILE: "work" });
    await profileFiles({ config });
    expect((await askedWhere({ clientConfig: { profile: "home" } })).signedFor).toBe("eu-west-2");
  });

  it("is the default one where AWS_PROFILE is blank: a blank variable counts as unset", async () => {
    onlyVariables({ AWS_PROFILE: "" });
    await profileFiles({ config });
    expect((await askedWhere()).signedFor).toBe("us-west-1");
  });

  it("says nothing where no file has it", async () => {
    onlyVariables({ AWS_PROFILE: "nobody" });
    await profileFiles({ config });
    expect((await askedWhere()).signedFor).toBe("us-east-1");
  });

  it("takes each key from the credentials file first, and the others from the config file", async () => {
    onlyVariables();
    await profileFiles({
      config: "[default]\nregion = eu-west-1\nsts_regional_endpoints = legacy\n",
      credentials: "[default]\nregion = eu-west-3\n",
    });
    const sent = await askedWhere({ request: {} });
    expect(sent.origin).toBe("https://sts.amazonaws.com");
    await profileFiles({ config: "[default]\nregion = eu-west-1\n", credentials: "[default]\nregion = eu-west-3\n" });
    expect((await askedWhere()).signedFor).toBe("eu-west-3");
  });

  it("is read anew at each load: a file that changes is seen", async () => {
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
    await write({ config: "[default]\nregion = eu-central-1\n" });
    await provider({ forceRefresh: true });
    await write({ credentials: "[default]\nregion = eu-south-1\n" });
    await provider({ forceRefresh: true });
    expect(requests.map(({ signedFor }) => signedFor)).toEqual(["eu-west-1", "eu-central-1", "eu-south-1"]);
  });
});

describe("a region of another partition", () => {
  const chinese = { region: "cn-northwest-1" };

  it("is passed over where nobody named it for this role", async () => {
    onlyVariables({ AWS_REGION: "us-gov-east-1", AWS_DEFAULT_REGION: "eusc-de-east-1" });
    await profileFiles({ config: "[default]\nregion = us-iso-east-1\n" });
    expect((await askedWhere({ request: { callerClientConfig: chinese } })).signedFor).toBe("us-east-1");
  });

  it("gives way to the next that lies in the role's", async () => {
    onlyVariables({ AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "cn-northwest-1" });
    expect((await askedWhere({ partition: "aws-cn" })).signedFor).toBe("cn-northwest-1");
    onlyVariables({ AWS_REGION: "eu-west-1" });
    await profileFiles({ config: "[default]\nregion = cn-northwest-1\n" });
    expect((await askedWhere({ partition: "aws-cn" })).signedFor).toBe("cn-northwest-1");
  });

  it.each([
    ["region", { region: "cn-north-1" }],
    ["stsRegions[1]", { stsRegions: ["eu-west-1", "cn-north-1"] }],
    ["stsRegions[0].region", { stsRegions: [{ region: "us-gov-west-1", endpoint: "http://127.0.0.1:1" }] }],
  ])("is refused by the name of its option: %s", (option, options) => {
    const make = () => fromAssumeRole({ roleArn: "arn:aws:iam::123456789012:role/demo", ...options });
    expect(make).toThrow(expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }));
    expect(make).toThrow(`\`${option}\``);
  });

  it("is refused in clientConfig by its name, also where a function answers it", async () => {
    onlyVariables();
    for (const region of ["cn-north-1", async () => "cn-north-1"]) {
      await expect(askedWhere({ clientConfig: { region } })).rejects.toMatchObject({
        code: "ERR_CREDENTIALS_CONFIG",
        message: expect.stringMatching(/`clientConfig\.region` cn-north-1 lies in the partition aws-cn/),
      });
    }
  });

  it("is taken where the operation does not tell the partition, wherever it was named", async () => {
    onlyVariables();
    const { requests, requestHandler } = captureRequests();
    const ask = (options: object, callerRegion?: string) =>
      fromMfaSession({
        source: longTermUser(),
        cache: createCredentialCache(),
        clientConfig: { requestHandler },
        ...options,
      })({
        callerClientConfig: { region: callerRegion },
      });
    await ask({ region: "cn-north-1" });
    await ask({ clientConfig: { requestHandler, region: "us-gov-west-1" } });
    await ask({}, "eusc-de-east-1");
    vi.stubEnv("AWS_REGION", "us-iso-east-1");
    await ask({});
    vi.stubEnv("AWS_REGION", undefined);
    await profileFiles({ config: "[default]\nregion = us-isob-east-1\n" });
    await ask({});
    expect(requests.map(({ origin, signedFor }) => [origin, signedFor])).toEqual([
      ["https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"],
      ["https://sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
      ["https://sts.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"],
      ["https://sts.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"],
      ["https://sts.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"],
    ]);
  });

  it("is held to that of an MFA device's ARN", () => {
    const make = () =>
      fromMfaSession({
        source: longTermUser(),
        serialNumber: "arn:aws-us-gov:iam::123456789012:mfa/demo",
        tokenCode: () => "123456",
        region: "eu-west-1",
      });
    expect(make).toThrow(/`region` eu-west-1 lies in the partition aws,.*in aws-us-gov/);
  });

  it("has any name in a partition that is newer than this code", async () => {
    onlyVariables();
    expect((await askedWhere({ partition: "aws-moon", options: { region: "moon-base-1" } })).signedFor).toBe(
      "moon-base-1",
    );
    await expect(askedWhere({ partition: "aws-moon" })).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("The partition aws-moon has no known STS region. Set the option `region`"),
    });
  });
});

describe("an unsigned call", () => {
  it("goes by the same order", async () => {
    onlyVariables({ AWS_REGION: "eu-west-1" });
    const { requests, requestHandler } = captureRequests();
    const ask = (options: object) =>
      fromWebIdentity({
        roleArn: "arn:aws:iam::123456789012:role/demo",
        token: "opaque-token",
        providerId: "www.amazon.com",
        cache: createCredentialCache(),
        clientConfig: { requestHandler },
        ...options,
      })({ callerClientConfig: { region: "cn-north-1" } });
    await ask({});
    await ask({ region: "eu-west-2" });
    expect(requests.map(({ origin, signedFor }) => [origin, signedFor])).toEqual([
      ["https://sts.eu-west-1.amazonaws.com", undefined],
      ["https://sts.eu-west-2.amazonaws.com", undefined],
    ]);
  });
});

describe("stsRegions", () => {
  it.each([
    ["a text", "eu-west-1", /`stsRegions` must be an array of 1 to 10 regions, .*; got string/],
    ["empty", [], /`stsRegions` must be an array of 1 to 10 regions, .*; got 0 members/],
    ["eleven regions", Array(11).fill("eu-west-1"), /`stsRegions` must be an array .*; got 11 members/],
    ["no region", ["eu-west-1", "Frankfurt"], /`stsRegions\[1\]` must be a region's name/],
    ["nothing", [null], /`stsRegions\[0\]` must be a region's name/],
    ["an object without a region", [{ endpoint: "https://x.example" }], /`stsRegions\[0\]\.region` must be a region's/],
  ])("that are %s are refused", (_name, stsRegions, message) => {
    const make = () =>
      fromAssumeRole({ roleArn: "arn:aws:iam::123456789012:role/demo", stsRegions: stsRegions as string[] });
    expect(make).toThrow(expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }));
    expect(make).toThrow(message);
  });
});

describe("a region that is none", () => {
  it.each(["EU-WEST-1", "eu west 1", "", "evil.example/", 7])("is refused as an option: %j", (region) => {
    const make = () => fromAssumeRole({ roleArn: "arn:aws:iam::123456789012:role/demo", region: region as string });
    expect(make).toThrow(/`region` must be a region's name such as eu-central-1/);
  });

  it("is refused where it is an availability zone", async () => {
    onlyVariables({ AWS_REGION: "eu-central-1a" });
    await expect(askedWhere()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("eu-central-1a is an availability zone"),
    });
  });

  it.each(["AWS_REGION", "AWS_DEFAULT_REGION"])("is refused by the name of the variable %s", async (variable) => {
    onlyVariables({ [variable]: "evil.example/" });
    await expect(askedWhere()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining(variable),
    });
  });
});
