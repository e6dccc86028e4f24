import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import { fromNodeProviderChain, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { AwsCredentialIdentityProvider } from "@smithy/types";
import {
  type CredentialProvider,
  chain,
  fromAssumeRole,
  fromAssumeRoot,
  fromFederationToken,
  fromMfaSession,
  fromSaml,
  fromWebIdentity,
  getWebIdentityToken,
  type WebIdentityTokenProvider,
  type WebIdentityTokenSource,
} from "evercred";

const ROLE = "arn:aws:iam::123456789012:role/demo";

// Each is what the SDK takes as `credentials`…
export const providers: readonly CredentialProvider[] = [
  fromWebIdentity({ roleArn: ROLE, tokenFile: "/var/run/token" }),
  fromSaml({ assertion: async ({ background }) => String(background) }),
  fromMfaSession({ serialNumber: "arn", tokenCode: (serialNumber) => serialNumber }),
  fromFederationToken({ name: "Bob", tags: { Project: "Pegasus" } }),
  fromAssumeRoot({ targetPrincipal: "111122223333", taskPolicyArn: "arn" }),
];
export const identities: readonly AwsCredentialIdentityProvider[] = providers;
export const clients: readonly (S3Client | STSClient)[] = [
  new S3Client({ credentials: fromWebIdentity({ roleArn: ROLE, token: "jwt" }) }),
  new S3Client({ credentials: fromSaml({ assertion: "base64" }) }),
  new S3Client({ credentials: fromFederationToken({ name: "Bob" }) }),
  new STSClient({ credentials: fromMfaSession() }),
  new STSClient({ credentials: fromAssumeRoot({ targetPrincipal: "111122223333", taskPolicyArn: "arn" }) }),
];

// …and what signs for others, ours and the SDK's.
export const derived: readonly AwsCredentialIdentityProvider[] = [
  fromAssumeRole({ roleArn: ROLE, source: fromMfaSession() }),
  fromMfaSession({ source: fromNodeProviderChain() }),
  fromFederationToken({ name: "Bob", source: fromNodeProviderChain() }),
  fromTemporaryCredentials({ masterCredentials: fromSaml({ assertion: "base64" }), params: { RoleArn: ROLE } }),
  chain(...providers),
];

// A token's provider is a source of tokens, and no provider of credentials.
export const token: WebIdentityTokenProvider = getWebIdentityToken({
  audience: ["one", "two"],
  signingAlgorithm: "ES384",
});
export const source: WebIdentityTokenSource = token;
export const abroad: CredentialProvider = fromWebIdentity({ roleArn: ROLE, token });
export const text: Promise<string> = token({ minRemainingMs: 60_000 });
// @ts-expect-error it answers a text
export const credentials: AwsCredentialIdentityProvider = token;
// @ts-expect-error its status does not name a key
export const named: string | undefined = token.status().accessKeyId;
// @ts-expect-error a token is rejected by itself, and not by an access key id
token.invalidate({ accessKeyId: "AKIAIOSFODNN7EXAMPLE" });

// @ts-expect-error the role has to be named
fromWebIdentity({ token: "jwt" });
// @ts-expect-error the name is AWS's own
fromSaml({ assertion: "base64", roleARN: ROLE });
// @ts-expect-error there is no sign-in without an assertion
fromSaml({ roleArn: ROLE });
// @ts-expect-error a code works once: it is asked for by a function
fromMfaSession({ serialNumber: "arn", tokenCode: "123456" });
// @ts-expect-error the user has to be named
fromFederationToken({ policyArns: [] });
// @ts-expect-error a root session is for one task
fromAssumeRoot({ targetPrincipal: "111122223333" });
// @ts-expect-error STS signs by two algorithms
getWebIdentityToken({ audience: "one", signingAlgorithm: "HS256" });
// @ts-expect-error a token is not shared by accounts
getWebIdentityToken({ audience: "one", allowedAccountIds: ["123456789012"] });
