import type { STSClient } from "@aws-sdk/client-sts";
import { canonicalJson } from "../cache/cache-key.js";
import { describeConfig, type StsOptions } from "./sts-options.js";
import type { StsPlace } from "./sts-place.js";

type StsModule = typeof import("@aws-sdk/client-sts");

/** A client, with what was learned about its endpoint. */
export interface PooledClient {
  readonly sdk: StsModule;
  readonly client: STSClient;
  readonly region: string;
  /** How far the endpoint's clock is ahead of ours. */
  skewMs: number;
}

/** Connecting is quick or it fails; the whole of an attempt is bounded by who calls. */
const CONNECTION_TIMEOUT_MS = 2_000;

/** Backstop below the call's own bound, for a request whose caller is gone. */
const REQUEST_TIMEOUT_MS = 15_000;

/** More endpoints, regions and configurations than a program has. */
const MOST_CLIENTS = 100;

/** What a client reads once, when it is made: where they change, it takes another client. */
const READ_BY_THE_SDK = ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_PROFILE"];

const pool = new Map<string, Promise<PooledClient>>();

/**
 * The client of an endpoint and region, made once. The SDK is imported at the first call; its retries and its signing
 * are off, so that there is one retry policy and one client for all signers.
 */
export function stsClient(place: StsPlace, options: StsOptions): Promise<PooledClient> {
  const key = canonicalJson({
    ...place,
    clientConfig: describeConfig(options.clientConfig),
    environment: READ_BY_THE_SDK.map((variable) => process.env[variable] ?? null),
  });
  const known = pool.get(key);
  if (known !== undefined) {
    return known;
  }
  const made = makeClient(place, options);
  pool.set(key, made);
  forgetOldest();
  // A failed import must not stay for good.
  made.catch(() => pool.delete(key));
  return made;
}

/** A program that makes a configuration for each call would fill the memory. Who uses a forgotten client may go on. */
function forgetOldest(): void {
  const [oldest] = pool.keys();
  if (pool.size > MOST_CLIENTS && oldest !== undefined) {
    pool.delete(oldest);
  }
}

async function makeClient(place: StsPlace, options: StsOptions): Promise<PooledClient> {
  const { region, endpoint, global, fips, dualstack } = place;
  // By its default export: a bundler that splits a bundle gives a CommonJS module no other.
  const { default: modules } = await import("./sdk.cjs");
  const sdk = modules.loadSts();
  const { logger: _logger, retryStrategy: _retryStrategy, ...clientConfig } = options.clientConfig ?? {};
  const client = new sdk.STSClient({
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
    ...clientConfig,
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(global === undefined ? {} : { useGlobalEndpoint: global }),
    ...(fips === undefined ? {} : { useFipsEndpoint: fips }),
    ...(dualstack === undefined ? {} : { useDualstackEndpoint: dualstack }),
    // Variables and profiles were read for the place already, and anew: the SDK keeps what it read first.
    ignoreConfiguredEndpointUrls: true,
    maxAttempts: 1,
    retryMode: "standard",
    httpAuthSchemeProvider: () => [{ schemeId: "smithy.api#noAuth" }],
  });
  return { sdk, client, region, skewMs: 0 };
}
