import { randomUUID } from "node:crypto";
import { type AuthenticationContext, authenticate } from "./authenticate.js";
import { AwsError } from "./aws-error.js";
import type { Endpoint } from "./endpoint.js";
import type { EmulatorFault } from "./faults/emulator-fault.js";
import { faultError } from "./faults/fault-error.js";
import type { Faults } from "./faults/faults.js";
import type { Answer, Reaction } from "./http/answer.js";
import type { RawRequest } from "./http/raw-request.js";
import { describeRequest } from "./record/describe-request.js";
import type { Recorder, RequestOutcome } from "./record/recorder.js";
import type { Service } from "./service.js";
import { RequestRefused } from "./sigv4/refusal.js";

export interface RequestHandlerParts {
  readonly context: AuthenticationContext;
  readonly faults: Faults;
  readonly recorder: Recorder;
  pickService(request: RawRequest): Service;
  /** Answers what is no request of a service; `undefined` for those. */
  document(request: RawRequest): Promise<Answer | undefined>;
  /** Waits by a real timer; rejects when the emulator closes. */
  delay(ms: number): Promise<void>;
}

/** The way of one request: route, record, faults, signature, operation, record. */
export function createRequestHandler(
  parts: RequestHandlerParts,
): (request: RawRequest, endpoint: Endpoint) => Promise<Reaction> {
  const { faults, recorder, pickService, delay } = parts;
  return async (request, endpoint) => {
    const document = await parts.document(request);
    if (document !== undefined) return document;
    const context = contextAt(endpoint, parts.context);
    const service = pickService(request);
    const description = describeRequest(request, { service, endpoint, context });
    const complete = recorder.begin(description);
    const met = faults.meet(description);
    if (met === undefined) {
      const answer = service.renderError(conditionError(service), randomUUID());
      complete(outcomeOf(answer));
      return answer;
    }
    for (const fault of met) {
      if (fault.kind === "latency") await delay(fault.latencyMs);
    }
    const last = met.at(-1);
    const fault = last === undefined ? {} : { fault: last.kind };
    if (last?.kind === "silence" || last?.kind === "reset") {
      complete(fault);
      return last.kind;
    }
    const answer = await answerRequest(request, { service, endpoint, context, fault: last });
    complete({ ...fault, ...outcomeOf(answer) });
    return answer;
  };
}

/** A port of one region believes the signatures for that region alone. */
function contextAt({ region }: Endpoint, context: AuthenticationContext): AuthenticationContext {
  return region === undefined ? context : { ...context, regions: new Set([region]) };
}

/** Says where to look, and not what was thrown: that goes to the test, by `close`, and to no client's log. */
function conditionError(service: Service): AwsError {
  const { status, code } = service.failed();
  return new AwsError({ status, code }, 'The emulator failed: the "when" of a fault threw. close() throws its error.');
}

function outcomeOf({ status, errorCode }: Answer): RequestOutcome {
  return { status, ...(errorCode === undefined ? {} : { errorCode }) };
}

interface AnswerParts {
  readonly service: Service;
  readonly endpoint: Endpoint;
  readonly context: AuthenticationContext;
  readonly fault: EmulatorFault | undefined;
}

async function answerRequest(request: RawRequest, { service, endpoint, context, fault }: AnswerParts): Promise<Answer> {
  const requestId = randomUUID();
  try {
    const injected = fault && faultError(fault, service);
    if (injected !== undefined) throw injected;
    return await service.handle({
      request,
      operation: service.route(request).operation,
      requestId,
      endpoint,
      authenticate: () => authenticate(request, service.signing, context),
    });
  } catch (error) {
    return service.renderError(toAwsError(error, service), requestId);
  }
}

function toAwsError(error: unknown, service: Service): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof RequestRefused) return service.refuse(error.refusal);
  // A defect of the emulator: say where, and nothing of the request that led there.
  const place =
    error instanceof Error ? (error.stack?.split("\n").find((line) => line.startsWith("    at ")) ?? "") : "";
  const { status, code } = service.failed();
  return new AwsError({ status, code }, `The emulator failed${place.replace(/^ +/, " ")}`);
}
