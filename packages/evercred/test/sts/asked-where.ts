import type { STSClientConfig } from "@aws-sdk/client-sts";
import {
  type AssumeRoleOptions,
  type CredentialRequest,
  createCredentialCache,
  fromAssumeRole,
  fromStatic,
} from "evercred";
import { onTestFinished } from "vitest";
import { EXAMPLE_KEY_ID, randomSecret } from "../support/random-credentials.js";
import { type CapturedRequest, captureRequests } from "./capture-requests.js";

/** What decides where one load goes, beside the environment. */
export interface Settings {
  readonly options?: Omit<Partial<AssumeRoleOptions>, "clientConfig">;
  readonly clientConfig?: STSClientConfig;
  readonly request?: CredentialRequest;
  /** Default: aws. */
  readonly partition?: string;
}

/** Assumes a role once, by a cache of its own, and answers the request that would have left for AWS. */
export async function askedWhere(settings: Settings = {}): Promise<CapturedRequest> {
  const { options, clientConfig, request, partition = "aws" } = settings;
  const { requests, requestHandler } = captureRequests();
  const cache = createCredentialCache();
  onTestFinished(() => cache[Symbol.asyncDispose]());
  const provider = fromAssumeRole({
    roleArn: `arn:${partition}:iam::123456789012:role/demo`,
    source: longTermUser(),
    cache,
    ...options,
    clientConfig: { requestHandler, ...clientConfig },
  });
  await provider(request);
  const [sent] = requests;
  if (sent === undefined || requests.length > 1) {
    throw new Error(`${requests.length} requests would have left for AWS, and not one`);
  }
  return sent;
}

/** A user's access key, whose secret is drawn at run time. */
export function longTermUser() {
  return fromStatic({ accessKeyId: EXAMPLE_KEY_ID, secretAccessKey: randomSecret() });
}
