import type { SigningProfile } from "./authenticate.js";
import type { AwsError } from "./aws-error.js";
import type { Endpoint } from "./endpoint.js";
import type { Answer } from "./http/answer.js";
import type { RawRequest } from "./http/raw-request.js";
import type { Caller } from "./identity/caller.js";
import type { Refusal } from "./sigv4/refusal.js";

/** Which operation a request asks for, read before the request is believed. */
export interface Route {
  /** AWS's name of it; `Unknown` when there is none. */
  readonly operation: string;
  /** The operation's parameters that may be shown in a record. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface ServiceCall {
  readonly request: RawRequest;
  readonly operation: string;
  readonly endpoint: Endpoint;
  /** Who signed the request. Throws `RequestRefused` when it is not to be believed; what nobody signs does not ask. */
  authenticate(): Caller;
  readonly requestId: string;
}

/** One AWS service of the emulator: how it reads, believes, answers and refuses. */
export interface Service {
  readonly name: ServiceName;
  readonly signing: SigningProfile;
  route(request: RawRequest): Route;
  /** Rejects with {@link AwsError} to refuse. */
  handle(call: ServiceCall): Promise<Answer>;
  /** The service's own words for a request that was not believed. */
  refuse(refusal: Refusal): AwsError;
  renderError(error: AwsError, requestId: string): Answer;
  /** How this service throttles. */
  throttled(): AwsError;
  /** How this service fails inside. */
  failed(): AwsError;
}

export type ServiceName = "sts" | "s3";
