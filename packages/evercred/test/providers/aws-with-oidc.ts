import { type OidcIssuer, startOidcIssuer, type TrustPolicy } from "@evercred/testing";
import type { CredentialCacheOptions } from "evercred";
import { onTestFinished } from "vitest";
import { type EmulatedAws, emulatedAws, roleArn } from "../support/emulated-aws.js";

export interface AwsWithOidc extends EmulatedAws {
  /** Its time is the test's too. */
  readonly issuer: OidcIssuer;
  /** The issuer in IAM, for the trust of a role. */
  readonly providerArn: string;
  /** What every provider of these tests is given: the role `web`, which trusts the issuer. */
  readonly web: EmulatedAws["at"] & { readonly roleArn: string };
}

/** An emulator that trusts an OpenID Connect issuer, with the roles `web` and `web-two` for its tokens. */
export async function awsWithOidc(
  trust: TrustPolicy = {},
  cacheOptions: CredentialCacheOptions = {},
): Promise<AwsWithOidc> {
  const aws = await emulatedAws({ buckets: ["photos"], roles: [{ roleName: "leaf" }] }, cacheOptions);
  const issuer = await startOidcIssuer({ clock: aws.clock, algorithm: "ES256" });
  onTestFinished(() => issuer.close());
  const { arn } = aws.emulator.addOidcProvider({ issuer: issuer.issuer, clientIds: ["sts.amazonaws.com"] });
  for (const roleName of ["web", "web-two"]) {
    aws.emulator.addRole({ roleName, trust: { federated: [arn], ...trust } });
  }
  return { ...aws, issuer, providerArn: arn, web: { ...aws.at, roleArn: roleArn("web") } };
}
