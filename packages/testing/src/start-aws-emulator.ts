import type { AwsEmulator, AwsEmulatorOptions } from "./aws-emulator.js";
import { emulatorEnv } from "./emulator-env.js";
import { createEmulatorState, type EmulatorState } from "./emulator-state.js";
import { createRequestHandler } from "./handle-request.js";
import { createDelays } from "./http/delays.js";
import { startLoopbackServer } from "./http/loopback-server.js";
import type { AddedUser, EmulatorUser } from "./identity/emulator-user.js";
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
 * @throws {TypeError} when an option is out of bounds; an `Error` of `node:net` when the port is taken.
 */
export async function startAwsEmulator(options: AwsEmulatorOptions = {}): Promise<AwsEmulator> {
  const skewMs = requireSkew(options.maxClockSkewMs);
  const state = createEmulatorState(options);
  const users = (options.users ?? [demoUser]).map((user) => state.directory.addUser(user));
  for (const role of options.roles ?? []) state.directory.addRole(role);
  for (const name of options.buckets ?? []) state.buckets.create(name, state.clock.now());
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
  };
  return createHandle(state, { port: server.port, user: users[0], close });
}

function createHandle(
  state: EmulatorState,
  { port, user, close }: { port: number; user: AddedUser | undefined; close: () => Promise<void> },
): AwsEmulator {
  const url = `http://127.0.0.1:${port}`;
  const env = emulatorEnv(url, [...state.regions][0] ?? "us-east-1", user);
  const { directory, recorder, faults, sessions, buckets, clock, mfaCodes } = state;
  const emulator: Omit<AwsEmulator, "env"> = {
    url,
    port,
    clock,
    get requests() {
      return recorder.entries();
    },
    count: (operation) => recorder.count(operation),
    clearRequests: () => recorder.clear(),
    addUser: (added) => directory.addUser(added),
    addRole: (role) => directory.addRole(role),
    addBucket: (name) => buckets.create(name, clock.now()),
    addFault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    expireSession(accessKeyId): void {
      if (!sessions.expire(accessKeyId))
        throw new TypeError(`"accessKeyId" ${accessKeyId} is no session of this emulator`);
    },
    expireSessions: (roleArn) => sessions.expireAll(roleArn),
    mfaCode: (serialNumber) => mfaCodes.issue(serialNumber),
    close,
    [Symbol.asyncDispose]: close,
  };
  // A getter that is not enumerable: neither inspect, not even with hidden properties, nor JSON reads it.
  return Object.defineProperty(emulator, "env", { get: () => env, enumerable: false }) as AwsEmulator;
}

function requireSkew(ms: number | undefined): number | undefined {
  if (ms !== undefined && !(ms >= 0)) throw new TypeError('"maxClockSkewMs" must be milliseconds, 0 or more');
  return ms;
}
