import { CredentialsConfigError } from "../errors.js";
import { requireEndpoint } from "./sts-endpoint.js";

/** What a profile of the AWS configuration files says about where STS is asked. */
export interface ProfileSettings {
  readonly region: string | undefined;
  /** It says to pass over the endpoints that variables and profiles name. */
  readonly ignoresEndpoints: boolean;
  /** Ask FIPS endpoints, where it says. */
  readonly useFipsEndpoint: boolean | undefined;
  /** Ask dual-stack endpoints, where it says. */
  readonly useDualstackEndpoint: boolean | undefined;
  /** `legacy` or `regional`, as it is written there. */
  readonly stsRegionalEndpoints: string | undefined;
  /**
   * Of its `services` section, else its own `endpoint_url`.
   *
   * @throws {@link CredentialsConfigError} naming the profile, and the key that is wrong.
   */
  endpoint(): string | undefined;
}

type Section = Readonly<Record<string, string | undefined>>;

/**
 * Reads the files anew, so that a change is seen. Files and profiles that are not there say nothing.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export async function readProfileSettings(name: string): Promise<ProfileSettings> {
  const { default: modules } = await import("./sdk.cjs");
  const { configFile, credentialsFile } = await modules.loadProfiles().loadSharedConfigFiles({ ignoreCache: true });
  const profile: Section = { ...configFile[name], ...credentialsFile[name] };
  return {
    region: profile["region"],
    ignoresEndpoints: profile["ignore_configured_endpoint_urls"]?.toLowerCase() === "true",
    useFipsEndpoint: readSwitch(`use_fips_endpoint of profile ${name}`, profile["use_fips_endpoint"]),
    useDualstackEndpoint: readSwitch(`use_dualstack_endpoint of profile ${name}`, profile["use_dualstack_endpoint"]),
    stsRegionalEndpoints: profile["sts_regional_endpoints"],
    endpoint: () => endpointOf(profile, configFile, `profile ${name}`),
  };
}

function endpointOf(profile: Section, sections: Readonly<Record<string, Section>>, where: string): string | undefined {
  const services = profile["services"];
  if (services !== undefined) {
    const section = sections[`services.${services}`];
    if (section === undefined) {
      throw new CredentialsConfigError(
        `The ${where} names the section [services ${services}], and the configuration file has none of that name. Add ` +
          "it, or remove the key `services` from the profile.",
      );
    }
    const endpoint = section["sts.endpoint_url"];
    if (endpoint !== undefined) {
      return requireEndpoint(`endpoint_url of sts in [services ${services}]`, endpoint);
    }
  }
  const endpoint = profile["endpoint_url"];
  return endpoint === undefined ? undefined : requireEndpoint(`endpoint_url of ${where}`, endpoint);
}

/**
 * A switch of a variable or a file. One that is meant and not understood would be a request to the wrong endpoint.
 *
 * @throws {@link CredentialsConfigError} naming it.
 */
export function readSwitch(where: string, value: string | undefined): boolean | undefined {
  const text = value?.trim().toLowerCase();
  if (text === undefined || text === "") {
    return undefined;
  }
  if (text !== "true" && text !== "false") {
    throw new CredentialsConfigError(`${where} must be true or false; got ${JSON.stringify(text.slice(0, 40))}.`);
  }
  return text === "true";
}
