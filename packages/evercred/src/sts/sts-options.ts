import type { STSClientConfig } from "@aws-sdk/client-sts";
import { identityOf } from "../cache/identity-of.js";
import { requireObject } from "../cache/option-checks.js";
import type { KeyParts, KeyValue } from "../types.js";
import { environmentEndpoint, requireEndpoint } from "./sts-endpoint.js";
import { requireRegionOf } from "./sts-region.js";

/**
 * Where and how STS is asked.
 *
 * @public
 */
export interface StsOptions {
  /**
   * The region whose STS is asked. Default: the calling client's, `AWS_REGION`, `AWS_DEFAULT_REGION`, else the first
   * region of the role's partition. It does not decide who shares an entry: credentials from any region work in all.
   */
  readonly region?: string | undefined;
  /**
   * An endpoint of your own, as a URL. Default: what `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL` or the profile say, else
   * the region's.
   */
  readonly endpoint?: string | undefined;
  /**
   * More configuration for the STS client, for example a `requestHandler` behind a proxy. `credentials`, `maxAttempts`,
   * `retryStrategy` and `logger` do not take effect: Evercred signs and retries by itself, and a logger would print secrets.
   */
  readonly clientConfig?: STSClientConfig | undefined;
}

/**
 * Checks the options of a provider whose role lies in a partition.
 *
 * @throws {@link CredentialsConfigError}
 */
export function checkStsOptions(options: StsOptions, partition: string): StsOptions {
  const { region, endpoint, clientConfig } = options;
  if (region !== undefined) {
    requireRegionOf(partition, region);
  }
  if (endpoint !== undefined) {
    requireEndpoint("endpoint", endpoint);
  }
  if (clientConfig !== undefined) {
    requireObject("clientConfig", clientConfig);
  }
  if (typeof clientConfig?.endpoint === "string") {
    requireEndpoint("clientConfig.endpoint", clientConfig.endpoint);
  }
  return { region, endpoint, clientConfig };
}

/** What of these options decides a result. The region does not. */
export function stsKey(options: StsOptions): KeyParts {
  return {
    endpoint: options.endpoint ?? environmentEndpoint(process.env),
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

/** Where a call goes, for messages: the endpoint that somebody named, else the region. */
export function placeOf(options: StsOptions, region: string): string {
  const configured = options.clientConfig?.endpoint;
  const named = options.endpoint ?? (typeof configured === "string" ? configured : environmentEndpoint(process.env));
  return named !== undefined && URL.canParse(named) ? new URL(named).origin : region;
}
