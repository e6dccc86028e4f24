import { S3Client } from "@aws-sdk/client-s3";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleCommandOutput,
  STSClient,
} from "@aws-sdk/client-sts";
import { onTestFinished } from "vitest";
import { type AwsEmulator, type AwsEmulatorOptions, startAwsEmulator } from "../src/index.js";
import type { Keys } from "./wire.js";

/** An emulator that ends with the test. */
export async function startEmulator(options: AwsEmulatorOptions = {}): Promise<AwsEmulator> {
  const emulator = await startAwsEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

export function demoKeys(emulator: AwsEmulator): Keys {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } = emulator.env;
  return { accessKeyId, secretAccessKey };
}

export interface ClientOptions {
  readonly credentials?: Keys;
  readonly region?: string;
  /** Default: the port of all regions. */
  readonly endpoint?: string;
  /** Default: 1, so that a test sees the first answer. */
  readonly maxAttempts?: number;
}

export function stsClient(emulator: AwsEmulator, options: ClientOptions = {}): STSClient {
  const client = new STSClient(clientConfig(emulator, options));
  onTestFinished(() => client.destroy());
  return client;
}

export function s3Client(emulator: AwsEmulator, options: ClientOptions = {}): S3Client {
  const client = new S3Client({ ...clientConfig(emulator, options), forcePathStyle: true });
  onTestFinished(() => client.destroy());
  return client;
}

function clientConfig(emulator: AwsEmulator, options: ClientOptions) {
  return {
    endpoint: options.endpoint ?? emulator.url,
    region: options.region ?? "us-east-1",
    credentials: options.credentials ?? demoKeys(emulator),
    maxAttempts: options.maxAttempts ?? 1,
  };
}

/** Assumes a role with an unmodified client; `roleArn` and `RoleSessionName` have defaults. */
export function assumeRole(
  emulator: AwsEmulator,
  input: Partial<AssumeRoleCommandInput> = {},
  credentials: Keys = demoKeys(emulator),
): Promise<AssumeRoleCommandOutput> {
  const client = stsClient(emulator, { credentials });
  return client.send(
    new AssumeRoleCommand({ RoleArn: "arn:aws:iam::123456789012:role/reader", RoleSessionName: "session", ...input }),
  );
}

/** The credentials of any of STS's answers. */
export function keysOf(output: Pick<AssumeRoleCommandOutput, "Credentials">): Required<Keys> {
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = output.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
