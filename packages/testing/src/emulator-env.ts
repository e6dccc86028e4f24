import { devNull } from "node:os";
import type { AddedUser } from "./identity/emulator-user.js";

/** Environment variables that point an AWS SDK or the AWS CLI at an endpoint, and away from any configuration file. */
export function emulatorEnv(
  url: string,
  region: string,
  user: AddedUser | undefined,
): Readonly<Record<string, string>> {
  return Object.freeze({
    AWS_ENDPOINT_URL: url,
    AWS_REGION: region,
    // The one that boto3 and version 1 of the AWS CLI read.
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    ...(user === undefined
      ? {}
      : { AWS_ACCESS_KEY_ID: user.credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: user.credentials.secretAccessKey }),
  });
}
