import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished, vi } from "vitest";

/** Every variable that decides where STS is asked. */
const VARIABLES = [
  "AWS_REGION",
  "AWS_DEFAULT_REGION",
  "AWS_PROFILE",
  "AWS_ENDPOINT_URL_STS",
  "AWS_ENDPOINT_URL",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_STS_REGIONAL_ENDPOINTS",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
];

/** The settings of the machine, until the test ends: nothing but these. */
export function onlyVariables(variables: Readonly<Record<string, string>> = {}): void {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const name of VARIABLES) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv("AWS_CONFIG_FILE", devNull);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", devNull);
  for (const [name, value] of Object.entries(variables)) {
    vi.stubEnv(name, value);
  }
}

/** The two files of profiles. */
export interface ProfileFiles {
  readonly config?: string;
  readonly credentials?: string;
}

/** Files in a folder of their own, named by the environment until the test ends. Answers a function that rewrites them. */
export async function profileFiles(files: ProfileFiles): Promise<(files: ProfileFiles) => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "evercred-profiles-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const paths = { config: join(folder, "config"), credentials: join(folder, "credentials") };
  vi.stubEnv("AWS_CONFIG_FILE", paths.config);
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", paths.credentials);
  const write = async ({ config = "", credentials = "" }: ProfileFiles): Promise<void> => {
    await writeFile(paths.config, config);
    await writeFile(paths.credentials, credentials);
  };
  await write(files);
  return write;
}
