import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import type { EmulatorFault } from "@evercred/testing";
import { type CredentialProvider, createCredentialCache, fromAssumeRole } from "evercred";
import { tellResult } from "../processes/run-probe.js";
import { installShiftedDate } from "../processes/shifted-date.js";
import { type RemoteEmulator, startRemoteEmulator } from "../processes/start-remote-emulator.js";
import { sendTraffic, type Traffic } from "./traffic.js";

/** What was seen while one fault lasted. */
export interface FaultReport extends Traffic {
  readonly fault: string;
  readonly stsRequests: number;
  /** What the backoff allows at most, however the dice fall. */
  readonly stsAllowed: number;
}

/** Requests through the refresh window while STS fails. `traffic-probe.js evercred|sdk`. */
const side = process.argv[2] ?? "";
const operation = "AssumeRole";
const FAULTS: Readonly<Record<string, EmulatorFault | undefined>> = {
  none: undefined,
  "slow, 1 s": { kind: "latency", latencyMs: 1_000, operation },
  "answers 500": { kind: "error", operation },
  throttles: { kind: "throttle", operation },
  denies: { kind: "access-denied", operation },
  hangs: { kind: "silence", operation },
};
const LEAD_MS = 400;
const TRAFFIC_MS = 3_400;
/** The refresh begins with at least half of it left, so the whole of the traffic lies ahead of the mandatory window. */
const ADVISORY_WINDOW_MS = 12_000;
const MANDATORY_WINDOW_MS = 500;
const SDK_WINDOW_MS = 300_000;
/** Requests before the first one that counts: the baseline comes first, and must not pay for a cold process. */
const WARM_UP = 100;
/** Tries within one load. */
const ATTEMPTS = 3;

const date = installShiftedDate();

async function crossWith(emulator: RemoteEmulator, fault: string, roleName: string): Promise<FaultReport> {
  const roleArn = `arn:aws:iam::123456789012:role/${roleName}`;
  const refresh = { advisoryWindowMs: ADVISORY_WINDOW_MS, mandatoryWindowMs: MANDATORY_WINDOW_MS };
  const ours = fromAssumeRole({ roleArn, cache: createCredentialCache({ refresh }) });
  const credentials = side === "evercred" ? ours : fromTemporaryCredentials({ params: { RoleArn: roleArn } });
  const client = new S3Client({ credentials, endpoint: emulator.url, region: "eu-central-1" });
  const control = new S3Client({ credentials: KEYS, endpoint: emulator.url, region: "eu-central-1" });
  for (let warm = 0; warm < WARM_UP; warm += 1) {
    await Promise.all([client.send(new ListBucketsCommand({})), control.send(new ListBucketsCommand({}))]);
  }
  const { expiration } = await client.config.credentials();
  const expiresAt = expiration?.getTime() ?? Number.NaN;
  const boundary = side === "evercred" ? refreshAtOf(ours) : expiresAt - SDK_WINDOW_MS;
  const jumpMs = boundary - LEAD_MS - Date.now();
  date.advance(jumpMs);
  await emulator.advance(jumpMs);
  await emulator.clear();
  const lasts = FAULTS[fault];
  if (lasts !== undefined) {
    await emulator.addFault(lasts);
  }
  const traffic = await sendTraffic(client, control, TRAFFIC_MS);
  const stsRequests = await emulator.count(operation);
  // Requests ask for credentials as late as they are signed: up to the end of the last one.
  const lastedMs = Date.now() - boundary;
  await emulator.clear();
  const stsAllowed = mostRequests(expiresAt - boundary, lastedMs, fault);
  return { fault, ...traffic, stsRequests, stsAllowed };
}

function refreshAtOf(provider: CredentialProvider): number {
  return provider.status().refreshAt?.getTime() ?? Number.NaN;
}

/**
 * Loads as close together as the default backoff ever lets them (an eighth of what remains, 1 s at least), every one
 * over at once, and each with all of its tries; a refusal is never tried again within a load.
 */
function mostRequests(remainingAtFirstMs: number, lastedMs: number, fault: string): number {
  let loads = 0;
  for (let elapsed = 0; elapsed <= lastedMs; loads += 1) {
    elapsed += Math.max(1_000, (remainingAtFirstMs - elapsed) / 8);
  }
  if (fault === "none" || fault === "slow, 1 s") {
    return 1;
  }
  return fault === "denies" ? loads : loads * ATTEMPTS;
}

const names = Object.keys(FAULTS);
const roles = names.map((_, index) => ({ roleName: `outage-${index}` }));
const emulator = await startRemoteEmulator({ roles, maxClockSkewMs: Number.POSITIVE_INFINITY });
Object.assign(process.env, emulator.env);
const KEYS = {
  accessKeyId: emulator.env["AWS_ACCESS_KEY_ID"] ?? "",
  secretAccessKey: emulator.env["AWS_SECRET_ACCESS_KEY"] ?? "",
};
const reports: FaultReport[] = [];
for (const [index, fault] of names.entries()) {
  reports.push(await crossWith(emulator, fault, `outage-${index}`));
}
emulator.close();
tellResult({ reports });
process.exit();
