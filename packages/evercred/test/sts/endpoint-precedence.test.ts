import { fromAssumeRole } from "evercred";
import { describe, expect, it, vi } from "vitest";
import { askedWhere } from "./asked-where.js";
import { onlyVariables, profileFiles } from "./aws-settings.js";

/** One way to name an endpoint, each with a host of its own. */
interface Step {
  readonly name: string;
  readonly host: string;
  readonly options?: object;
  readonly clientConfig?: object;
  readonly variable?: string;
  /** Lines of the profile, and of the sections beside it. */
  readonly profile?: string;
  readonly sections?: string;
}

/** The order that AWS documents, the first that names one wins. */
const STEPS: readonly Step[] = [
  { name: "the option", host: "option.example", options: { endpoint: "https://option.example" } },
  { name: "AWS_ENDPOINT_URL_STS", host: "sts-variable.example", variable: "AWS_ENDPOINT_URL_STS" },
  { name: "AWS_ENDPOINT_URL", host: "variable.example", variable: "AWS_ENDPOINT_URL" },
  {
    name: "sts of the profile's services section",
    host: "services.example",
    profile: "services = local",
    sections:
      "[services local]\ns3 =\n  endpoint_url = https://s3.example\nsts =\n  endpoint_url = https://services.example\n",
  },
  { name: "endpoint_url of the profile", host: "profile.example", profile: "endpoint_url = https://profile.example" },
];

async function hostBy(steps: readonly Step[], variables: Record<string, string> = {}, extra = ""): Promise<string> {
  const named = steps.flatMap(({ variable, host }) => (variable === undefined ? [] : [[variable, `https://${host}`]]));
  onlyVariables({ AWS_REGION: "eu-west-1", ...Object.fromEntries(named), ...variables });
  const lines = steps.map(({ profile = "" }) => profile);
  const sections = steps.map(({ sections: own = "" }) => own);
  await profileFiles({ config: ["[default]", extra, ...lines, ...sections].join("\n") });
  const options = Object.assign({}, ...steps.map((step) => step.options));
  return new URL((await askedWhere({ options })).origin).host;
}

const PAIRS = STEPS.flatMap((first, index) =>
  STEPS.slice(index + 1).map((second) => [first.name, second.name, { first, second }] as const),
);

describe("the endpoint of a call", () => {
  it.each(STEPS.map((step) => [step.name, step] as const))(
    "is %s where nothing else names one",
    async (_name, step) => {
      expect(await hostBy([step])).toBe(step.host);
    },
  );

  it.each(PAIRS)("is %s before %s", async (_first, _second, { first, second }) => {
    expect(await hostBy([second, first])).toBe(first.host);
  });

  it("is the region's own where nothing names one", async () => {
    expect(await hostBy([])).toBe("sts.eu-west-1.amazonaws.com");
  });

  it("is clientConfig's before those of the environment and of the profile", async () => {
    onlyVariables({ AWS_ENDPOINT_URL: "https://variable.example" });
    const clientConfig = { endpoint: "https://config.example" };
    vi.stubEnv("AWS_ENDPOINT_URL", undefined);
    await profileFiles({ config: "[default]\nendpoint_url = https://profile.example\n" });
    expect((await askedWhere({ clientConfig })).origin).toBe("https://config.example");
    vi.stubEnv("AWS_ENDPOINT_URL", "https://variable.example");
    expect((await askedWhere({ clientConfig })).origin).toBe("https://config.example");
  });

  it("is passed over where a variable that names one is blank", async () => {
    expect(await hostBy([], { AWS_ENDPOINT_URL_STS: "", AWS_ENDPOINT_URL: "https://variable.example" })).toBe(
      "variable.example",
    );
  });

  it("is the profile's own where its services section has nothing of STS", async () => {
    onlyVariables();
    await profileFiles({
      config:
        "[default]\nservices = local\nendpoint_url = https://profile.example\n" +
        "[services local]\ns3 =\n  endpoint_url = https://s3.example\n",
    });
    expect((await askedWhere()).origin).toBe("https://profile.example");
  });

  it("is that of the profile which AWS_PROFILE or clientConfig.profile names", async () => {
    onlyVariables({ AWS_PROFILE: "work" });
    await profileFiles({
      config:
        "[profile work]\nendpoint_url = https://work.example\n[profile home]\nendpoint_url = https://home.example\n",
    });
    expect((await askedWhere()).origin).toBe("https://work.example");
    expect((await askedWhere({ clientConfig: { profile: "home" } })).origin).toBe("https://home.example");
  });

  it("is seen when a file changes", async () => {
    onlyVariables();
    const write = await profileFiles({ config: "[default]\nendpoint_url = https://one.example\n" });
    expect((await askedWhere()).origin).toBe("https://one.example");
    await write({ config: "[default]\nendpoint_url = https://two.example\n" });
    expect((await askedWhere()).origin).toBe("https://two.example");
  });

  it("keeps its port, and is signed for the region", async () => {
    onlyVariables({ AWS_REGION: "eu-west-1", AWS_ENDPOINT_URL: "http://127.0.0.1:4566" });
    expect(await askedWhere()).toMatchObject({ origin: "http://127.0.0.1:4566", signedFor: "eu-west-1" });
  });
});

describe("endpoints that are to be ignored", () => {
  const own = "sts.eu-west-1.amazonaws.com";
  const [option, ...configured] = STEPS;

  it.each(configured.map((step) => [step.name, step] as const))(
    "by the environment leave %s out",
    async (_name, step) => {
      expect(await hostBy([step], { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" })).toBe(own);
    },
  );

  // "The SDK or tool does not read any custom configuration options from the shared config file or environment variables."
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
  it.each(configured.map((step) => [step.name, step] as const))("by the profile leave %s out", async (_name, step) => {
    expect(await hostBy([step], {}, "ignore_configured_endpoint_urls = TRUE")).toBe(own);
  });

  it("leave the option in: it is no setting", async () => {
    const steps = option === undefined ? [] : [option];
    expect(await hostBy(steps, { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" })).toBe("option.example");
    expect(await hostBy(steps, {}, "ignore_configured_endpoint_urls = true")).toBe("option.example");
  });

  it("leave nothing out where the setting says false", async () => {
    expect(await hostBy(STEPS.slice(1, 2), { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" })).toBe(
      "sts-variable.example",
    );
    expect(await hostBy(STEPS.slice(4), {}, "ignore_configured_endpoint_urls = false")).toBe("profile.example");
  });

  it("may be as wrong as they like", async () => {
    onlyVariables({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true", AWS_ENDPOINT_URL: "junk" });
    await profileFiles({ config: "[default]\nendpoint_url = junk\nservices = nowhere\n" });
    expect((await askedWhere()).origin).toBe("https://sts.us-east-1.amazonaws.com");
  });
});

describe("an endpoint that is wrong", () => {
  const isRefused = (message: RegExp) => ({
    code: "ERR_CREDENTIALS_CONFIG",
    message: expect.stringMatching(message),
  });

  it.each([
    ["of the profile's key", "endpoint_url = localhost:4566", /`endpoint_url of profile default` must be a URL/],
    [
      "of the services section",
      "services = local\n[services local]\nsts =\n  endpoint_url = ftp://x",
      /`endpoint_url of sts in \[services local\]` must be a URL/,
    ],
    [
      "with a password",
      "endpoint_url = https://somebody:hidden@sts.example",
      /`endpoint_url of profile default` must not hold a user name or a password/,
    ],
    [
      "in a services section that is not there",
      "services = nowhere",
      /profile default names the section \[services nowhere\]/,
    ],
  ])("is named by where it is: %s", async (_where, lines, message) => {
    onlyVariables();
    await profileFiles({ config: `[default]\n${lines}\n` });
    const error = await askedWhere().catch((cause: unknown) => cause);
    expect(error).toMatchObject(isRefused(message));
    expect(String(error)).not.toContain("hidden");
  });

  it.each(["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"])("is named by its variable: %s", async (variable) => {
    onlyVariables({ [variable]: "sts.example" });
    await expect(askedWhere()).rejects.toMatchObject(isRefused(new RegExp(`\`${variable}\` must be a URL`)));
  });

  it.each([
    ["endpoint", { endpoint: "sts.example" }],
    ["clientConfig.endpoint", { clientConfig: { endpoint: "sts.example" } }],
    ["stsRegions[0].endpoint", { stsRegions: [{ region: "eu-west-1", endpoint: "https://a:b@sts.example" }] }],
    ["stsRegions[1].endpoint", { stsRegions: ["eu-west-1", { region: "eu-west-2" }] }],
  ])("is named by its option, when the provider is made: %s", (option, options) => {
    const make = () => fromAssumeRole({ roleArn: "arn:aws:iam::123456789012:role/demo", ...(options as object) });
    expect(make).toThrow(expect.objectContaining(isRefused(/must/)));
    expect(make).toThrow(`\`${option}\``);
  });

  it("is nobody's trouble where it does not count", async () => {
    onlyVariables({ AWS_ENDPOINT_URL: "https://variable.example" });
    await profileFiles({ config: "[default]\nregion = eu-west-1\nendpoint_url = junk\n" });
    expect(await askedWhere()).toMatchObject({ origin: "https://variable.example", signedFor: "eu-west-1" });
  });
});

describe("members of stsRegions with an endpoint", () => {
  it("are asked there, and the others where the settings say", async () => {
    onlyVariables({ AWS_ENDPOINT_URL: "https://variable.example" });
    const inVpc = { region: "eu-west-1", endpoint: "https://vpc.example" };
    expect(await askedWhere({ options: { stsRegions: [inVpc, "eu-west-2"] } })).toMatchObject({
      origin: "https://vpc.example",
      signedFor: "eu-west-1",
    });
    expect((await askedWhere({ options: { stsRegions: ["eu-west-2", inVpc] } })).origin).toBe(
      "https://variable.example",
    );
  });

  it("lend their endpoint to the option that names the same region", async () => {
    onlyVariables();
    const inVpc = { region: "eu-west-1", endpoint: "https://vpc.example" };
    const options = { region: "eu-west-1", stsRegions: ["eu-west-2", inVpc] };
    expect(await askedWhere({ options })).toMatchObject({ origin: "https://vpc.example", signedFor: "eu-west-1" });
  });
});
