import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { AwsCredentialIdentityProvider } from "@smithy/types";
import { type CredentialProvider, chain, fromAssumeRole, fromProvider, type SdkCredentialProvider } from "evercred";

declare const provider: CredentialProvider;

// Ours is what the SDK takes…
export const identity: AwsCredentialIdentityProvider = provider;
export const s3: S3Client = new S3Client({ credentials: provider });
export const sts: STSClient = new STSClient({ credentials: provider });
export const derived: SdkCredentialProvider = fromTemporaryCredentials({
  masterCredentials: provider,
  params: { RoleArn: "arn" },
});

// …and the SDK's is what ours take.
export const adopted: CredentialProvider = fromProvider(fromNodeProviderChain());
export const chained: CredentialProvider = chain(provider, fromNodeProviderChain(), derived);
export const role: CredentialProvider = fromAssumeRole({ roleArn: "arn", source: fromNodeProviderChain() });

// @ts-expect-error keys in hand are no provider
fromProvider({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "…" });
// @ts-expect-error the name is AWS's own
fromAssumeRole({ roleARN: "arn" });
// @ts-expect-error a provider cannot be changed
provider.memoized = false;
