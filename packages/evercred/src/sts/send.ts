import type { DeserializeMiddleware, FinalizeRequestMiddleware, HttpRequest, MiddlewareStack } from "@smithy/types";
import type { Credentials } from "../types.js";
import type { PooledClient } from "./sts-client.js";

/** One request to send. */
export interface Sending<Input> {
  readonly operation: string;
  readonly input: Input;
  /** Who signs. Absent: the operation takes unsigned requests. */
  readonly signWith: Credentials | undefined;
  readonly signingDate: Date;
  readonly abortSignal: AbortSignal;
  /** Told the `Date` of the response, also of one that refuses. */
  onServerDate(date: Date): void;
}

/** The part of a command that is used here; the operations' own types are the callers'. */
interface Command {
  readonly middlewareStack: MiddlewareStack<object, object>;
}

/** Sends one request once, signed by one set of credentials. */
export async function send<Input, Output>(to: PooledClient, sending: Sending<Input>): Promise<Output> {
  const commands = to.sdk as unknown as Readonly<Record<string, new (input: Input) => Command>>;
  const Operation = commands[`${sending.operation}Command`];
  if (Operation === undefined) {
    throw new Error(`@aws-sdk/client-sts has no ${sending.operation}Command`);
  }
  const command = new Operation(sending.input);
  command.middlewareStack.add(watchDate(sending), { step: "deserialize", priority: "low", name: "evercredDate" });
  if (sending.signWith !== undefined) {
    const sign = signRequest(to, sending, sending.signWith);
    command.middlewareStack.add(sign, { step: "finalizeRequest", priority: "low", name: "evercredSigning" });
  }
  const client = to.client as unknown as { send(command: Command, options: object): Promise<Output> };
  return client.send(command, { abortSignal: sending.abortSignal });
}

function watchDate(sending: Pick<Sending<unknown>, "onServerDate">): DeserializeMiddleware<object, object> {
  return (next) => async (args) => {
    const result = await next(args);
    const { headers } = result.response as { readonly headers?: Readonly<Record<string, string>> };
    const date = new Date(headers?.["date"] ?? Number.NaN);
    if (!Number.isNaN(date.getTime())) {
      sending.onServerDate(date);
    }
    return result;
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
function signRequest(
  to: PooledClient,
  sending: Pick<Sending<unknown>, "signingDate">,
  credentials: Credentials,
): FinalizeRequestMiddleware<object, object> {
  return (next, context) => async (args) => {
    const { default: sdk } = await import("./sdk.cjs");
    const { SignatureV4 } = sdk.loadSigner();
    // The global endpoint is signed for us-east-1, whatever the client's region.
    const scheme = context.endpointV2?.properties?.["authSchemes"]?.[0] as { signingRegion?: string } | undefined;
    const signer = new SignatureV4({
      service: "sts",
      region: scheme?.signingRegion ?? to.region,
      credentials,
      sha256: to.client.config.sha256,
    });
    const request = await signer.sign(args.request as HttpRequest, { signingDate: sending.signingDate });
    return next({ ...args, request });
  };
}
