import type { AwsEmulator } from "./aws-emulator.js";
import { bucketName } from "./checks/aws-texts.js";
import { kindOf } from "./checks/check.js";
import { nearestOf } from "./checks/nearest.js";
import { emulatorEnv } from "./emulator-env.js";
import type { EmulatorState } from "./emulator-state.js";
import { globalRegion } from "./endpoint.js";
import { checkFault } from "./faults/check-fault.js";
import {
  checkOidcProvider,
  checkRole,
  checkRootUser,
  checkSamlProvider,
  checkUser,
} from "./identity/check-identity.js";
import { defaultAccountId } from "./identity/default-account-id.js";
import { describeSession } from "./identity/describe-session.js";
import type { AddedUser } from "./identity/emulator-user.js";
import { shownAccessKeyId } from "./identity/shown-access-key-id.js";
import type { RegionPorts } from "./region-ports.js";

/** What of an emulator is known when it has started. */
export interface StartedEmulator {
  readonly port: number;
  /** The first user. */
  readonly user: AddedUser | undefined;
  readonly regionPorts: RegionPorts;
  close(): Promise<void>;
}

/** What a test holds of an emulator. */
export function createEmulatorHandle(state: EmulatorState, started: StartedEmulator): AwsEmulator {
  const { port, user, close } = started;
  const { recorder, faults, clock, outboundIssuer } = state;
  const url = `http://127.0.0.1:${port}`;
  const env = emulatorEnv(url, [...state.regions][0] ?? "us-east-1", user);
  const emulator: Omit<AwsEmulator, "env"> = {
    url,
    port,
    clock,
    get requests() {
      return recorder.entries();
    },
    count: (operation) => recorder.count(operation),
    clearRequests: () => recorder.clear(),
    ...identityMembers(state),
    addBucket: (name) => addBucket(state, "name", name),
    addFault(fault): () => void {
      checkFault("", fault);
      return faults.add(fault);
    },
    clearFaults: () => faults.clear(),
    ...sessionMembers(state),
    ...mfaMembers(state),
    ...regionMembers(state, started.regionPorts),
    outboundIssuer: (accountId = defaultAccountId) => outboundIssuer.url(accountId),
    close,
    [Symbol.asyncDispose]: close,
  };
  // A getter that is not enumerable: neither inspect, not even with hidden properties, nor JSON reads it.
  return Object.defineProperty(emulator, "env", { get: () => env, enumerable: false }) as AwsEmulator;
}

type Members<Name extends keyof AwsEmulator> = Pick<AwsEmulator, Name>;

function identityMembers({
  directory,
}: EmulatorState): Members<"addUser" | "addRootUser" | "addRole" | "addOidcProvider" | "addSamlProvider"> {
  return {
    addUser(user): AddedUser {
      checkUser("", user);
      return directory.addUser(user);
    },
    addRootUser(user = {}): AddedUser {
      checkRootUser("", user);
      return directory.addRootUser(user);
    },
    addRole(role): ReturnType<AwsEmulator["addRole"]> {
      checkRole("", role);
      return directory.addRole(role);
    },
    addOidcProvider(provider): ReturnType<AwsEmulator["addOidcProvider"]> {
      checkOidcProvider("", provider);
      return directory.addOidcProvider(provider);
    },
    addSamlProvider(provider): ReturnType<AwsEmulator["addSamlProvider"]> {
      checkSamlProvider("", provider);
      return directory.addSamlProvider(provider);
    },
  };
}

function sessionMembers({ sessions }: EmulatorState): Members<"session" | "expireSession" | "expireSessions"> {
  const stranger = (accessKeyId: string): TypeError =>
    new TypeError(`"accessKeyId" ${shownAccessKeyId(accessKeyId)} is no session of this emulator`);
  return {
    session(accessKeyId): ReturnType<AwsEmulator["session"]> {
      const session = sessions.session(accessKeyId);
      if (session === undefined) throw stranger(accessKeyId);
      return describeSession(session);
    },
    expireSession(accessKeyId): void {
      if (!sessions.expire(accessKeyId)) throw stranger(accessKeyId);
    },
    expireSessions: (roleArn) => sessions.expireAll(roleArn),
  };
}

function mfaMembers({ mfaDevices }: EmulatorState): Members<"mfaCode" | "mfaSeed"> {
  return {
    mfaCode: (serialNumber) => mfaDevices.issue(serialNumber) ?? refuseDevice(serialNumber, mfaDevices.serialNumbers()),
    mfaSeed: (serialNumber) => mfaDevices.seed(serialNumber) ?? refuseDevice(serialNumber, mfaDevices.serialNumbers()),
  };
}

function refuseDevice(serialNumber: string, devices: readonly string[]): never {
  const nearest = typeof serialNumber === "string" ? nearestOf(serialNumber, devices) : undefined;
  const known =
    devices.length === 0 ? "no user has one; give a user mfaSerialNumbers" : `there are ${devices.join(", ")}`;
  const hint = nearest === undefined ? known : `${known}; did you mean "${nearest}"?`;
  throw new TypeError(`"serialNumber" must be that of a user's MFA device; got ${kindOf(serialNumber)}; ${hint}`);
}

function regionMembers(
  { regions }: EmulatorState,
  ports: RegionPorts,
): Members<"regionUrl" | "closeRegion" | "openRegion"> {
  const known = [...regions, globalRegion];
  const checked = (region: string): string => {
    if (known.includes(region)) return region;
    const nearest = typeof region === "string" ? nearestOf(region, known) : undefined;
    const hint = nearest === undefined ? `there are ${known.join(", ")}` : `did you mean "${nearest}"?`;
    throw new TypeError(`"region" must be a region of the emulator's; got ${kindOf(region)}; ${hint}`);
  };
  return {
    regionUrl: async (region) => ports.url(checked(region)),
    closeRegion: async (region) => ports.close(checked(region)),
    openRegion: async (region) => ports.open(checked(region)),
  };
}

export function addBucket({ buckets, clock }: EmulatorState, path: string, name: string): void {
  bucketName(path, name);
  if (buckets.has(name)) throw new TypeError(`"${path}" must be a new bucket; there is "${name}" already`);
  buckets.create(name, clock.now());
}
