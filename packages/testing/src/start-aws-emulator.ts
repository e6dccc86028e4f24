import type { AwsEmulator, AwsEmulatorOptions } from "./aws-emulator.js";
import { checkOptions } from "./check-options.js";
import { addBucket, createEmulatorHandle } from "./emulator-handle.js";
import { createEmulatorState, type EmulatorState } from "./emulator-state.js";
import { type Endpoint, everyRegion } from "./endpoint.js";
import { createRequestHandler } from "./handle-request.js";
import { createDelays, type Delays } from "./http/delays.js";
import { type LoopbackServer, startLoopbackServer } from "./http/loopback-server.js";
import type { AddedUser, EmulatorUser } from "./identity/emulator-user.js";
import { pickService } from "./pick-service.js";
import { createRegionPorts } from "./region-ports.js";
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
  let url = "";
  const state = createEmulatorState(options, () => url);
  const user = addAll(state, options);
  const delays = createDelays();
  const listen = listenerOf(state, delays, options.maxClockSkewMs);
  const server = await listen(options.port ?? 0, everyRegion);
  url = `http://127.0.0.1:${server.port}`;
  const regionPorts = createRegionPorts(listen);
  const close = async (): Promise<void> => {
    delays.cancelAll();
    await Promise.all([server.close(), regionPorts.end()]);
    throwFailures(state.faults.takeFailures());
  };
  return createEmulatorHandle(state, { port: server.port, user, regionPorts, close });
}

/** Adds what the options name; answers the first user. */
function addAll(state: EmulatorState, options: AwsEmulatorOptions): AddedUser | undefined {
  const { directory } = state;
  const users = (options.users ?? [demoUser]).map((user, at) => directory.addUser(user, `users[${at}]`));
  for (const [at, user] of (options.rootUsers ?? []).entries()) directory.addRootUser(user, `rootUsers[${at}]`);
  for (const role of options.roles ?? []) directory.addRole(role);
  for (const provider of options.oidcProviders ?? []) directory.addOidcProvider(provider);
  for (const provider of options.samlProviders ?? []) directory.addSamlProvider(provider);
  for (const [at, name] of (options.buckets ?? []).entries()) addBucket(state, `buckets[${at}]`, name);
  return users[0];
}

function listenerOf(
  state: EmulatorState,
  delays: Delays,
  skewMs: number | undefined,
): (port: number, endpoint: Endpoint) => Promise<LoopbackServer> {
  const services = {
    sts: createStsService(state, skewMs ?? stsSkewMs),
    s3: createS3Service(state, skewMs ?? s3SkewMs),
  };
  const handle = createRequestHandler({
    context: state,
    faults: state.faults,
    recorder: state.recorder,
    pickService: (request) => pickService(request, services),
    document: (request) => state.outboundIssuer.document(request),
    delay: delays.delay,
  });
  return (port, endpoint) =>
    startLoopbackServer({ port, clock: state.clock, handle: (request) => handle(request, endpoint) });
}

/** Throws what tests' own functions threw while requests were served, where no test could see it. */
function throwFailures(failures: readonly unknown[]): void {
  if (failures.length > 1) throw new AggregateError(failures, 'The "when" of several faults threw');
  if (failures.length === 1) throw failures[0];
}
