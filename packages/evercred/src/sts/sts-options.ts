import type { STSClientConfig } from "@aws-sdk/client-sts";
import { identityOf } from "../cache/identity-of.js";
import { requireKnown, requireNumber, requireObject } from "../cache/option-checks.js";
import { CredentialsConfigError } from "../errors.js";
import type { KeyParts, KeyValue } from "../types.js";
import { environmentEndpoint, ignoresConfiguredEndpoints, requireEndpoint } from "./sts-endpoint.js";
import { requireRegionOf } from "./sts-region.js";

/**
 * A region with an endpoint of its own, for example that of a VPC.
 *
 * @public
 */
export interface StsRegion {
  /** The region's name. */
  readonly region: string;
  /** The region's STS, as a URL. */
  readonly endpoint: string;
}

/**
 * Where and how STS is asked.
 *
 * @public
 */
export interface StsOptions {
  /**
   * The region whose STS is asked. Default: the calling client's, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's, else
   * the first region of the partition. It does not decide who shares an entry: credentials from any region work in all.
   */
  readonly region?: string | undefined;
  /**
   * An endpoint of your own, as a URL. Default: what `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`, the `services` section or
   * the `endpoint_url` of the profile say, else the region's.
   */
  readonly endpoint?: string | undefined;
  /**
   * Regions in the order in which they are asked, 1 to 10: the next one when the one before it refuses connections, times
   * out, answers 5xx or is not activated, within the same deadline. The one that answers is preferred for five minutes.
   * With `region`, that one comes first. Default: one region only.
   *
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html
   */
  readonly stsRegions?: readonly (string | StsRegion)[] | undefined;
  /**
   * How many calls a second may go to STS for one account and region, from 0.01 to 10 000: later ones wait their turn,
   * those that callers wait for before those of the background, and none past its deadline. Calls whose account is not
   * known count together. Default: no limit.
   *
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-sts-requests
   */
  readonly callsPerSecond?: number | undefined;
  /**
   * More configuration for the STS client, for example a `requestHandler` behind a proxy. `credentials`, `maxAttempts`,
   * `retryStrategy` and `logger` do not take effect: Evercred signs and retries by itself, and a logger would print secrets.
   */
  readonly clientConfig?: STSClientConfig | undefined;
}

/** The names of these options. */
export const STS_OPTIONS: readonly (keyof StsOptions)[] = [
  "region",
  "endpoint",
  "stsRegions",
  "callsPerSecond",
  "clientConfig",
];

const MOST_REGIONS = 10;
const CALLS_PER_SECOND = { min: 0.01, max: 10_000 };

/**
 * Checks the options of a provider whose calls stay in a partition, where that is known.
 *
 * @throws {@link CredentialsConfigError}
 */
export function checkStsOptions(options: StsOptions, partition: string | undefined): StsOptions {
  const { region, endpoint, stsRegions, callsPerSecond, clientConfig } = options;
  if (region !== undefined) {
    requireRegionOf("region", partition, region);
  }
  if (endpoint !== undefined) {
    requireEndpoint("endpoint", endpoint);
  }
  if (stsRegions !== undefined) {
    requireStsRegions(stsRegions, partition);
  }
  if (callsPerSecond !== undefined) {
    requireNumber("callsPerSecond", callsPerSecond, CALLS_PER_SECOND);
  }
  if (clientConfig !== undefined) {
    requireObject("clientConfig", clientConfig);
  }
  if (typeof clientConfig?.endpoint === "string") {
    requireEndpoint("clientConfig.endpoint", clientConfig.endpoint);
  }
  // A copy: what is changed later was not checked.
  return { region, endpoint, stsRegions: stsRegions && [...stsRegions], callsPerSecond, clientConfig };
}

function requireStsRegions(stsRegions: unknown, partition: string | undefined): void {
  if (!Array.isArray(stsRegions) || stsRegions.length === 0 || stsRegions.length > MOST_REGIONS) {
    const came = Array.isArray(stsRegions) ? `${stsRegions.length} members` : typeof stsRegions;
    throw new CredentialsConfigError(
      `\`stsRegions\` must be an array of 1 to ${MOST_REGIONS} regions, such as ["eu-central-1", "eu-west-1"]; got ${came}.`,
    );
  }
  for (const [index, member] of stsRegions.entries()) {
    const option = `stsRegions[${index}]`;
    const hasEndpoint = typeof member === "object" && member !== null;
    if (hasEndpoint) {
      requireKnown(option, member, ["region", "endpoint"]);
    }
    requireRegionOf(hasEndpoint ? `${option}.region` : option, partition, hasEndpoint ? member.region : member);
    if (hasEndpoint) {
      requireEndpoint(`${option}.endpoint`, member.endpoint);
    }
  }
}

/** The regions that options name, each once, in the order in which they are asked. */
export function stsRegionList(
  options: StsOptions,
  clientRegion: string | undefined,
): readonly { readonly region: string; readonly endpoint: string | undefined }[] {
  const { region = clientRegion, stsRegions = [] } = options;
  const listed = stsRegions.map((one) => (typeof one === "string" ? { region: one, endpoint: undefined } : one));
  const first = listed.find((one) => one.region === region) ?? { region, endpoint: undefined };
  const all = region === undefined ? listed : [{ ...first, region }, ...listed];
  const isSame = (one: (typeof all)[number], other: (typeof all)[number]): boolean =>
    one.region === other.region && one.endpoint === other.endpoint;
  return all.filter((one, index) => all.findIndex((other) => isSame(one, other)) === index);
}

/** What of these options decides a result. The region does not. */
export function stsKey(options: StsOptions): KeyParts {
  const isInCode = options.endpoint !== undefined || options.clientConfig?.endpoint !== undefined;
  const endpoint = isInCode ? options.endpoint : environmentEndpoint(process.env);
  const endpoints = options.stsRegions?.flatMap((one) => (typeof one === "string" ? [] : [one.endpoint])) ?? [];
  // A profile may name an endpoint: the files are not read for a key, so their names stand for what they say.
  const isAsked = !isInCode && endpoint === undefined && !ignoresConfiguredEndpoints(process.env);
  const profile = isAsked ? [process.env["AWS_PROFILE"], process.env["AWS_CONFIG_FILE"]] : [];
  return {
    endpoint,
    endpoints: endpoints.length === 0 ? undefined : endpoints,
    profile: profile.some((name) => name) ? profile.map((name = "") => name) : undefined,
    clientConfig: describeConfig(options.clientConfig),
  };
}

/** Members of a configuration that do not decide what STS answers: the region as everywhere, the others take no effect. */
const WITHOUT_EFFECT = new Set(["region", "credentials", "logger", "maxAttempts", "retryMode", "retryStrategy"]);

/** What of a client's configuration counts. Equal values are equal; an object or a function in it is itself. */
export function describeConfig(config: object | undefined): KeyParts | undefined {
  const counting = Object.entries(config ?? {}).filter(([name]) => !WITHOUT_EFFECT.has(name));
  const members = counting.map(([name, value]) => [name, describeMember(value)]);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function describeMember(value: unknown): KeyValue {
  if (typeof value === "object" && value !== null) {
    return { itself: identityOf(value) };
  }
  return typeof value === "function" ? { itself: identityOf(value) } : (value as KeyValue);
}
