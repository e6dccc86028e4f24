import { kindOf } from "../cache/option-checks.js";
import { CredentialsConfigError } from "../errors.js";
import type { CallerClientConfig } from "../types.js";

/** Where a region may come from when no option names one. */
export interface RegionSources {
  /** The SDK client that asked. */
  readonly callerClientConfig?: CallerClientConfig | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The partition the call must stay in: credentials of one are nothing in another. Absent: it is not known. */
  readonly partition: string | undefined;
  /** Reads the region of the profile: only where nothing before it says one. */
  profileRegion(): Promise<string | undefined>;
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
 * The region whose STS is asked when no option names one: the calling client's, then `AWS_REGION`, then
 * `AWS_DEFAULT_REGION`, then the profile's, then the partition's first. One that lies in another partition is passed
 * over, because its STS does not know the role.
 *
 * @throws {@link CredentialsConfigError} naming the variable that holds no region.
 */
export async function resolveStsRegion(sources: RegionSources): Promise<string> {
  const { partition, env } = sources;
  const candidates: readonly (readonly [where: string, region: () => Promise<string | undefined>])[] = [
    ["region of the calling client", () => regionOf(sources.callerClientConfig)],
    ["AWS_REGION", async () => env["AWS_REGION"]],
    ["AWS_DEFAULT_REGION", async () => env["AWS_DEFAULT_REGION"]],
    ["region of the profile", sources.profileRegion],
  ];
  for (const [where, ask] of candidates) {
    // One after the other: the files are read only where nothing before them says a region.
    const region = (await ask())?.trim();
    if (region) {
      requireRegion(where, region);
      if (partition === undefined || partitionOf(region) === partition) {
        return region;
      }
    }
  }
  return defaultRegion(partition ?? "aws");
}

/**
 * Checks that a region has the form of one, and lies in the partition where that is known. A partition that is newer
 * than this code has any region.
 *
 * @throws {@link CredentialsConfigError}
 */
export function requireRegionOf(option: string, partition: string | undefined, region: string): string {
  requireRegion(option, region);
  if (partition !== undefined && partition in DEFAULT_REGIONS && partitionOf(region) !== partition) {
    throw new CredentialsConfigError(
      `\`${option}\` ${region} lies in the partition ${partitionOf(region)}, and the role in ${partition}: STS of one ` +
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

/** The partition a region lies in. */
export function partitionOf(region: string): string {
  return PARTITION_PREFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}

function defaultRegion(partition: string): string {
  const region = DEFAULT_REGIONS[partition];
  if (region === undefined) {
    throw new CredentialsConfigError(`The partition ${partition} has no known STS region. Set the option \`region\`.`);
  }
  return region;
}

function requireRegion(option: string, region: unknown): void {
  if (typeof region !== "string" || !/^[a-z][a-z0-9-]{1,62}$/.test(region)) {
    const came = typeof region === "string" ? JSON.stringify(region.slice(0, 100)) : kindOf(region);
    throw new CredentialsConfigError(`\`${option}\` must be a region's name such as eu-central-1; got ${came}.`);
  }
  if (/-\d+[a-z]$/.test(region)) {
    throw new CredentialsConfigError(
      `\`${option}\` must be a region's name; ${region} is an availability zone. Leave its last letter out.`,
    );
  }
}
