import type { AwsEmulator, AwsEmulatorOptions } from "./aws-emulator.js";
import { checkOptions } from "./check-options.js";
import { bucketName } from "./checks/aws-texts.js";
import { kindOf } from "./checks/check.js";
import { nearestOf } from "./checks/nearest.js";
import { emulatorEnv } from "./emulator-env.js";
import { createEmulatorState, type EmulatorState } from "./emulator-state.js";
import { checkFault } from "./faults/check-fault.js";
import { createRequestHandler } from "./handle-request.js";
import { createDelays } from "./http/delays.js";
import { startLoopbackServer } from "./http/loopback-server.js";
import { checkRole, checkUser } from "./identity/check-identity.js";
import type { AddedRole } from "./identity/emulator-role.js";
import type { AddedUser, EmulatorUser } from "./identity/emulator-user.js";
import { shownAccessKeyId } from "./identity/shown-access-key-id.js";
import { pickService } from "./pick-service.js";
import { createS3Service } from "./s3/s3-service.js";
import { createStsService } from "./sts/sts-service.js";

/** The key pair of the examples in AWS's documentation; nobody's. */
const demoUser: EmulatorUser = {
  userName: "demo",
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

const stsSkewMs = 300_000;
const s3SkewMs = 900_000;

/**
 * Starts an AWS emulator on 127.0.0.1. It is independent of any other: neither credentials nor sessions of one are known
 * to the next.
 *
 * @throws {TypeError} when an option is unknown or out of bounds, naming it: `roles[0].trust.requireMFA`. An `Error` of
 *   `node:net` when the port is taken.
 */
export async function startAwsEmulator(options: AwsEmulatorOptions = {}): Promise<AwsEmulator> {
  checkOptions("", options);
  const skewMs = options.maxClockSkewMs;
  const state = createEmulatorState(options);
  const users = (options.users ?? [demoUser]).map((user, at) => state.directory.addUser(user, `users[${at}]`));
  for (const role of options.roles ?? []) state.directory.addRole(role);
  for (const [at, name] of (options.buckets ?? []).entries()) addBucket(state, `buckets[${at}]`, name);
  const services = {
    sts: createStsService(state, skewMs ?? stsSkewMs),
    s3: createS3Service(state, skewMs ?? s3SkewMs),
  };
  const delays = createDelays();
  const handle = createRequestHandler({
    context: state,
    faults: state.faults,
    recorder: state.recorder,
    pickService: (request) => pickService(request, services),
    delay: delays.delay,
  });
  const server = await startLoopbackServer({ port: options.port ?? 0, clock: state.clock, handle });
  const close = async (): Promise<void> => {
    delays.cancelAll();
    await server.close();
    throwFailures(state.faults.takeFailures());
  };
  return createHandle(state, { port: server.port, user: users[0], close });
}

function createHandle(
  state: EmulatorState,
  { port, user, close }: { port: number; user: AddedUser | undefined; close: () => Promise<void> },
): AwsEmulator {
  const url = `http://127.0.0.1:${port}`;
  const env = emulatorEnv(url, [...state.regions][0] ?? "us-east-1", user);
  const { directory, recorder, faults, sessions, clock, mfaCodes } = state;
  const emulator: Omit<AwsEmulator, "env"> = {
    url,
    port,
    clock,
    get requests() {
      return recorder.entries();
    },
    count: (operation) => recorder.count(operation),
    clearRequests: () => recorder.clear(),
    addUser(added): AddedUser {
      checkUser("", added);
      return directory.addUser(added);
    },
    addRole(role): AddedRole {
      checkRole("", role);
      return directory.addRole(role);
    },
    addBucket: (name) => addBucket(state, "name", name),
    addFault(fault): () => void {
      checkFault("", fault);
      return faults.add(fault);
    },
    clearFaults: () => faults.clear(),
    expireSession(accessKeyId): void {
      if (!sessions.expire(accessKeyId))
        throw new TypeError(`"accessKeyId" ${shownAccessKeyId(accessKeyId)} is no session of this emulator`);
    },
    expireSessions: (roleArn) => sessions.expireAll(roleArn),
    mfaCode(serialNumber): string {
      requireDevice(serialNumber, directory.mfaDevices());
      return mfaCodes.issue(serialNumber);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  // A getter that is not enumerable: neither inspect, not even with hidden properties, nor JSON reads it.
  return Object.defineProperty(emulator, "env", { get: () => env, enumerable: false }) as AwsEmulator;
}

function addBucket({ buckets, clock }: EmulatorState, path: string, name: string): void {
  bucketName(path, name);
  if (buckets.has(name)) throw new TypeError(`"${path}" must be a new bucket; there is "${name}" already`);
  buckets.create(name, clock.now());
}

function requireDevice(serialNumber: string, devices: readonly string[]): void {
  if (devices.includes(serialNumber)) return;
  const nearest = typeof serialNumber === "string" ? nearestOf(serialNumber, devices) : undefined;
  const known =
    devices.length === 0 ? "no user has one; give a user mfaSerialNumbers" : `there are ${devices.join(", ")}`;
  const hint = nearest === undefined ? known : `${known}; did you mean "${nearest}"?`;
  throw new TypeError(`"serialNumber" must be that of a user's MFA device; got ${kindOf(serialNumber)}; ${hint}`);
}

/** Throws what tests' own functions threw while requests were served, where no test could see it. */
function throwFailures(failures: readonly unknown[]): void {
  if (failures.length > 1) throw new AggregateError(failures, 'The "when" of several faults threw');
  if (failures.length === 1) throw failures[0];
}
