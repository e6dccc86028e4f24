import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsEmulator } from "@evercred/testing";
import type { CredentialProvider } from "evercred";
import { expect, onTestFinished, vi } from "vitest";
import type { ShiftedClock } from "../support/shifted-clock.js";

/** Whose credentials STS says they are, asked by a client of the SDK. */
export async function callerArn(
  { url }: Pick<AwsEmulator, "url">,
  credentials: CredentialProvider,
): Promise<string | undefined> {
  const client = new STSClient({ endpoint: url, region: "us-east-1", credentials });
  onTestFinished(() => client.destroy());
  return (await client.send(new GetCallerIdentityCommand({}))).Arn;
}

/** Puts an object into the bucket `photos` and gets it again, by a client of the SDK. */
export async function putAndGet({ url }: Pick<AwsEmulator, "url">, credentials: CredentialProvider): Promise<string> {
  const client = new S3Client({ endpoint: url, region: "us-east-1", forcePathStyle: true, credentials });
  onTestFinished(() => client.destroy());
  await client.send(new PutObjectCommand({ Bucket: "photos", Key: "cat.txt", Body: "purr" }));
  const { Body } = await client.send(new GetObjectCommand({ Bucket: "photos", Key: "cat.txt" }));
  return (await Body?.transformToString()) ?? "";
}

/** Waits for the load that nobody waits for. */
export async function settled(provider: Pick<CredentialProvider, "status">): Promise<void> {
  await vi.waitFor(() => expect(provider.status().refreshing).toBe(false));
}

export interface Advance {
  readonly emulator: AwsEmulator;
  readonly clock: ShiftedClock;
  readonly operation: string;
  /** How far into the life of the credentials the advisory window has begun. */
  readonly ms: number;
}

/** A caller in the advisory window is served at once, and the next one sees what the refresh behind it brought. */
export async function expectRefreshedAhead(provider: CredentialProvider, at: Advance): Promise<void> {
  const { emulator, clock, operation } = at;
  const first = await provider();
  const before = emulator.count(operation);
  clock.shift(at.ms);
  expect(provider.status().phase).toBe("advisory");
  expect(await provider()).toBe(first);
  await settled(provider);
  const second = await provider();
  expect(second.accessKeyId).not.toBe(first.accessKeyId);
  expect(emulator.count(operation)).toBe(before + 1);
  expect(provider.status()).toMatchObject({ phase: "valid", accessKeyId: second.accessKeyId });
}

/** While STS fails, what is in hand is served as long as it is good. */
export async function expectServedWhileValid(provider: CredentialProvider, at: Advance): Promise<void> {
  const { emulator, clock, operation } = at;
  const first = await provider();
  emulator.addFault({ operation, kind: "error" });
  clock.shift(at.ms);
  expect(await provider()).toBe(first);
  await settled(provider);
  expect(await provider()).toBe(first);
  expect(provider.status().lastError?.code).toBe("ERR_CREDENTIALS_TRANSIENT");
}
