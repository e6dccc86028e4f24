import { CredentialsConfigError } from "../errors.js";
import type { CallerClientConfig } from "../types.js";
import { type ProfileSettings, readProfileSettings, readSwitch } from "./profile-settings.js";
import { environmentEndpoint, ignoresConfiguredEndpoints } from "./sts-endpoint.js";
import { type StsOptions, stsRegionList } from "./sts-options.js";
import { regionOf, requireRegionOf, resolveStsRegion } from "./sts-region.js";

/** Where STS is asked. */
export interface StsPlace {
  readonly region: string;
  /** One that somebody named; absent: the region's own. */
  readonly endpoint: string | undefined;
  /**
   * Ask the global endpoint in place of the region's, where the region is one of those it stood for. Absent: as
   * `clientConfig` says.
   */
  readonly global: boolean | undefined;
  /** FIPS endpoints, as the variable or the profile says. Absent: as `clientConfig` says. */
  readonly fips: boolean | undefined;
  /** Dual-stack endpoints, likewise. */
  readonly dualstack: boolean | undefined;
}

/** What decides where a call goes. */
export interface PlaceRequest {
  readonly operation: string;
  readonly options: StsOptions;
  readonly partition: string | undefined;
  /** The operation is not there on the global endpoint. */
  readonly regionalOnly: boolean;
  readonly callerClientConfig: CallerClientConfig | undefined;
}

/**
 * Where a call goes, in the order in which it is tried: `region`, then `stsRegions`; without either, one region.
 *
 * @throws {@link CredentialsConfigError} naming the variable, or the profile and its key.
 */
export async function resolvePlaces(request: PlaceRequest): Promise<readonly [StsPlace, ...StsPlace[]]> {
  const { options, partition, callerClientConfig } = request;
  const env = process.env;
  const profile = oncePerCall(() =>
    readProfileSettings(options.clientConfig?.profile ?? (env["AWS_PROFILE"] || "default")),
  );
  const ofClient = await regionOf(options.clientConfig);
  if (ofClient !== undefined) {
    requireRegionOf("clientConfig.region", partition, ofClient);
  }
  const listed = stsRegionList(options, ofClient);
  const regions = listed.length > 0 ? listed : [{ region: await anyRegion(), endpoint: undefined }];
  const configured = regions.every(({ endpoint }) => endpoint !== undefined) ? undefined : await configuredEndpoint();
  const global = await asksGlobal(request, profile, configured);
  const { fips, dualstack } = await variantsOf(options, profile, configured);
  const places = regions.map(({ region, endpoint = configured }) => ({
    region: request.regionalOnly ? requireRegional(request.operation, region) : region,
    endpoint,
    global,
    fips,
    dualstack,
  }));
  return places as [StsPlace, ...StsPlace[]];

  function anyRegion(): Promise<string> {
    return resolveStsRegion({
      callerClientConfig,
      env,
      partition,
      profileRegion: async () => (await profile()).region,
    });
  }

  /** What the code says, then what surrounds it. */
  async function configuredEndpoint(): Promise<string | undefined> {
    const { endpoint } = options;
    if (endpoint !== undefined || options.clientConfig?.endpoint !== undefined || ignoresConfiguredEndpoints(env)) {
      return endpoint;
    }
    const settings = await profile();
    return settings.ignoresEndpoints ? undefined : (environmentEndpoint(env) ?? settings.endpoint());
  }
}

/** The configuration files are read once a call, and not at all where nothing in them counts. */
function oncePerCall(read: () => Promise<ProfileSettings>): () => Promise<ProfileSettings> {
  let settings: Promise<ProfileSettings> | undefined;
  return () => {
    settings ??= read();
    return settings;
  };
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html */
async function asksGlobal(
  { options, regionalOnly }: PlaceRequest,
  profile: () => Promise<ProfileSettings>,
  configured: string | undefined,
): Promise<boolean | undefined> {
  if (regionalOnly) {
    return false;
  }
  const isNamed = configured !== undefined || options.stsRegions !== undefined;
  if (
    isNamed ||
    options.clientConfig?.endpoint !== undefined ||
    options.clientConfig?.useGlobalEndpoint !== undefined
  ) {
    // Somebody said where: no setting of old is in the way of that.
    return undefined;
  }
  const variable = process.env["AWS_STS_REGIONAL_ENDPOINTS"]?.trim();
  const [where, mode] = variable
    ? ["AWS_STS_REGIONAL_ENDPOINTS", variable]
    : ["sts_regional_endpoints of the profile", (await profile()).stsRegionalEndpoints];
  if (mode !== undefined && !["legacy", "regional"].includes(mode.toLowerCase())) {
    throw new CredentialsConfigError(`${where} must be legacy or regional; got ${JSON.stringify(mode.slice(0, 40))}.`);
  }
  return mode?.toLowerCase() === "legacy" ? true : undefined;
}

/** What `clientConfig` says the client reads itself; variables and files it would read once and keep. */
async function variantsOf(
  { clientConfig, endpoint }: StsOptions,
  profile: () => Promise<ProfileSettings>,
  configured: string | undefined,
): Promise<Pick<StsPlace, "fips" | "dualstack">> {
  const fips = readSwitch("AWS_USE_FIPS_ENDPOINT", process.env["AWS_USE_FIPS_ENDPOINT"]);
  const dualstack = readSwitch("AWS_USE_DUALSTACK_ENDPOINT", process.env["AWS_USE_DUALSTACK_ENDPOINT"]);
  const isNamed = configured !== undefined || (clientConfig?.endpoint ?? endpoint) !== undefined;
  const settings = isNamed ? undefined : await profile();
  return {
    fips: clientConfig?.useFipsEndpoint === undefined ? (fips ?? settings?.useFipsEndpoint) : undefined,
    dualstack:
      clientConfig?.useDualstackEndpoint === undefined ? (dualstack ?? settings?.useDualstackEndpoint) : undefined,
  };
}

function requireRegional(operation: string, region: string): string {
  if (region === "aws-global") {
    throw new CredentialsConfigError(
      `STS has no ${operation} on its global endpoint. Set \`region\` to one with an endpoint of its own, such as us-east-1.`,
    );
  }
  return region;
}
