import { kindOf } from "../cache/option-checks.js";
import { CredentialsConfigError } from "../errors.js";
import type { CallerClientConfig } from "../types.js";

/** Where a region may come from, the first that says one wins. */
export interface RegionSources {
  /** The option of the provider. */
  readonly region?: string | undefined;
  /** The SDK client that asked. */
  readonly callerClientConfig?: CallerClientConfig | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The partition the call must stay in: credentials of one are nothing in another. */
  readonly partition: string;
}

/** A region's name begins with this in every partition but `aws`. */
const PARTITION_PREFIXES: readonly (readonly [prefix: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-isob-", "aws-iso-b"],
  ["us-isof-", "aws-iso-f"],
  ["us-iso-", "aws-iso"],
  ["eu-isoe-", "aws-iso-e"],
  ["eusc-", "aws-eusc"],
];

/** The region a partition's STS is asked in when nothing says another. */
const DEFAULT_REGIONS: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
  "aws-iso": "us-iso-east-1",
  "aws-iso-b": "us-isob-east-1",
  "aws-iso-e": "eu-isoe-west-1",
  "aws-iso-f": "us-isof-south-1",
  "aws-eusc": "eusc-de-east-1",
};

/**
 * The region whose STS is asked: the option (or that of `clientConfig`), then the calling client's, then `AWS_REGION`,
 * then `AWS_DEFAULT_REGION`, then the partition's first. One that was not asked for and lies in another partition is
 * passed over, because its STS does not know the role.
 *
 * @throws {@link CredentialsConfigError} when the option lies in another partition.
 */
export async function resolveStsRegion(sources: RegionSources): Promise<string> {
  const { region, partition, env } = sources;
  if (region !== undefined) {
    return requireRegionOf(partition, region);
  }
  const found = [await regionOf(sources.callerClientConfig), env["AWS_REGION"], env["AWS_DEFAULT_REGION"]];
  return found.find((one) => isSet(one) && partitionOf(one) === partition) ?? defaultRegion(partition);
}

/**
 * Checks that a region lies in the role's partition. A partition that is newer than this code has any region.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireRegionOf(partition: string, region: string): string {
  requireRegion(region);
  if (partition in DEFAULT_REGIONS && partitionOf(region) !== partition) {
    throw new CredentialsConfigError(
      `\`region\` ${region} lies in the partition ${partitionOf(region)}, and the role in ${partition}: STS of one ` +
        "does not know the other's roles.",
    );
  }
  return region;
}

/** The region of a client's configuration, which may have to be asked for. */
export async function regionOf(config: CallerClientConfig | undefined): Promise<string | undefined> {
  const region = config?.region;
  return typeof region === "function" ? region() : region;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== "";
}

function partitionOf(region: string): string {
  return PARTITION_PREFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}

function defaultRegion(partition: string): string {
  const region = DEFAULT_REGIONS[partition];
  if (region === undefined) {
    throw new CredentialsConfigError(`The partition ${partition} has no known STS region. Set the option \`region\`.`);
  }
  return region;
}

function requireRegion(region: unknown): void {
  if (typeof region !== "string" || !/^[a-z][a-z0-9-]{1,62}$/.test(region)) {
    const came = typeof region === "string" ? JSON.stringify(region) : kindOf(region);
    throw new CredentialsConfigError(`\`region\` must be a region's name such as eu-central-1; got ${came}.`);
  }
}
