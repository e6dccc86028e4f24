import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { startAwsEmulator } from "@evercred/testing";
import { createCredentialCache, fromAssumeRole } from "evercred";
import { tellResult } from "../processes/run-probe.js";
import { installShiftedDate } from "../processes/shifted-date.js";

/** What {@link tellResult} carries: AssumeRole calls after the first, by moment. */
export interface BoundaryCounts {
  readonly ahead: number;
  readonly late: number;
}

/** How 20 clients cross the refresh boundary. `boundary-probe.js evercred|sdk|sdk-shared`. */
const side = process.argv[2] ?? "";
const CLIENTS = 20;
const SDK_WINDOW_MS = 300_000;
const roleArn = "arn:aws:iam::123456789012:role/boundary";

const date = installShiftedDate();
await using emulator = await startAwsEmulator({ roles: [{ roleName: "boundary" }] });
Object.assign(process.env, emulator.env);
const cache = createCredentialCache();
const ours = Array.from({ length: CLIENTS }, () => fromAssumeRole({ roleArn, cache }));
const shared = fromTemporaryCredentials({ params: { RoleArn: roleArn } });
const theirs = (): typeof shared =>
  side === "sdk-shared" ? shared : fromTemporaryCredentials({ params: { RoleArn: roleArn } });
const clients = ours.map(
  (provider) =>
    new S3Client({
      credentials: side === "evercred" ? provider : theirs(),
      endpoint: emulator.url,
      region: "eu-central-1",
    }),
);

async function everybody(): Promise<void> {
  await Promise.all(clients.map((client) => client.send(new ListBucketsCommand({}))));
  while (ours.some((provider) => provider.status().refreshing)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function expirationOf(): Promise<number> {
  return (await clients[0]?.config.credentials())?.expiration?.getTime() ?? Number.NaN;
}

/** The moment from which each side fetches anew. */
async function boundary(): Promise<number> {
  return side === "evercred"
    ? (ours[0]?.status().refreshAt?.getTime() ?? Number.NaN)
    : (await expirationOf()) - SDK_WINDOW_MS;
}

async function countFrom(moment: number): Promise<number> {
  emulator.clearRequests();
  date.advance(moment - Date.now());
  await everybody();
  await everybody();
  return emulator.count("AssumeRole");
}

await everybody();
const ahead = await countFrom((await boundary()) + 1_000);
const late = await countFrom((await expirationOf()) + 1_000);
tellResult({ ahead, late } satisfies BoundaryCounts);
