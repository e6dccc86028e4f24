import { CredentialsConfigError } from "../errors.js";
import type { CallerClientConfig } from "../types.js";
import { type ProfileSettings, readProfileSettings } from "./profile-settings.js";
import { environmentEndpoint, ignoresConfiguredEndpoints } from "./sts-endpoint.js";
import { type StsOptions, stsRegionList } from "./sts-options.js";
import { regionOf, requireRegionOf, resolveStsRegion } from "./sts-region.js";

/** Where STS is asked. */
export interface StsPlace {
  readonly region: string;
  /** One that somebody named; absent: the region's own. */
  readonly endpoint: string | undefined;
  /** Ask the global endpoint in place of the region's, where the region is one of those it stood for. */
  readonly global: boolean;
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
    readProfileSettings(options.clientConfig?.profile ?? env["AWS_PROFILE"] ?? "default"),
  );
  const ofClient = await regionOf(options.clientConfig);
  if (ofClient !== undefined) {
    requireRegionOf("clientConfig.region", partition, ofClient);
  }
  const named = stsRegionList(options, ofClient);
  const regions = named.length > 0 ? named : [{ region: await anyRegion(), endpoint: undefined }];
  const configured = await configuredEndpoint();
  // The global endpoint is a region's name of the SDK's: no endpoint of one's own and no setting is in its way.
  const legacy = configured === undefined && (await asksGlobal(request, profile));
  const places = regions.map(({ region, endpoint }) => ({
    region: request.regionalOnly ? requireRegional(request.operation, region) : region,
    endpoint: endpoint ?? configured,
    global: legacy && endpoint === undefined,
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

  async function configuredEndpoint(): Promise<string | undefined> {
    const own = options.endpoint ?? environmentEndpoint(env);
    if (own !== undefined || options.clientConfig?.endpoint !== undefined || ignoresConfiguredEndpoints(env)) {
      return own;
    }
    return (await profile()).endpoint;
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
async function asksGlobal(request: PlaceRequest, profile: () => Promise<ProfileSettings>): Promise<boolean> {
  const { options, regionalOnly } = request;
  if (regionalOnly || options.clientConfig?.endpoint !== undefined) {
    return false;
  }
  if (options.clientConfig?.useGlobalEndpoint !== undefined) {
    // The client reads it by itself.
    return false;
  }
  const variable = process.env["AWS_STS_REGIONAL_ENDPOINTS"]?.trim();
  const [where, mode] =
    variable === undefined || variable === ""
      ? ["sts_regional_endpoints of the profile", (await profile()).stsRegionalEndpoints]
      : ["AWS_STS_REGIONAL_ENDPOINTS", variable];
  if (mode !== undefined && !["legacy", "regional"].includes(mode.toLowerCase())) {
    throw new CredentialsConfigError(`${where} must be legacy or regional; got ${JSON.stringify(mode.slice(0, 40))}.`);
  }
  return mode?.toLowerCase() === "legacy";
}

function requireRegional(operation: string, region: string): string {
  if (region === "aws-global") {
    throw new CredentialsConfigError(
      `STS has no ${operation} on its global endpoint. Set \`region\` to one with an endpoint of its own, such as us-east-1.`,
    );
  }
  return region;
}
