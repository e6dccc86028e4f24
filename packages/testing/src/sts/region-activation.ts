import { AwsError } from "../aws-error.js";

/**
 * The operations that give credentials: STS in a region that is not activated refuses them, and answers the others.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
 */
const givesCredentials: ReadonlySet<string> = new Set([
  "AssumeRole",
  "AssumeRoleWithSAML",
  "AssumeRoleWithWebIdentity",
  "AssumeRoot",
  "GetFederationToken",
  "GetSessionToken",
]);

export interface RegionalCall {
  readonly action: string;
  readonly region: string | undefined;
  /** The account of the caller; of the role, where nobody signed. */
  readonly accountId: string;
}

export function requireActivatedRegion(call: RegionalCall, disabledRegions: ReadonlySet<string>): void {
  const { action, region, accountId } = call;
  if (region === undefined || !disabledRegions.has(region) || !givesCredentials.has(action)) return;
  throw new AwsError(
    { status: 403, code: "RegionDisabledException" },
    `STS is not activated in this region for account:${accountId}. Your account administrator can activate STS in this region using the IAM Console.`,
  );
}
