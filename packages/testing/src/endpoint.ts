/** Where a request came in. */
export interface Endpoint {
  /** The only region it serves, `us-east-1` for the global endpoint; `undefined` where every region is served. */
  readonly region: string | undefined;
  /** Whether it stands for STS's global endpoint. */
  readonly global: boolean;
}

/** `emulator.url`: each request says by its signature which region it means. */
export const everyRegion: Endpoint = { region: undefined, global: false };

/** The region name that stands for the global endpoint, as in the SDKs. */
export const globalRegion = "aws-global";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html */
export function regionEndpoint(region: string): Endpoint {
  return region === globalRegion ? { region: "us-east-1", global: true } : { region, global: false };
}
