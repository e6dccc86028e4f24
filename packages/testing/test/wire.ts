import { request as httpRequest } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";

/** A request as it goes over the wire, for tests that change one that an SDK client signed. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, percent-encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The `<Code>` of an error document. */
  readonly code: string | undefined;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

interface SdkRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  query: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

interface Presigner {
  presign(request: SdkRequest, options: object): Promise<SdkRequest>;
}

/** What a client would send for a command, signed by the client's own signer and not sent. */
export async function signedByClient(
  client: STSClient | S3Client,
  send: (client: never) => Promise<unknown>,
): Promise<WireRequest> {
  let captured: SdkRequest | undefined;
  const handle = async (request: SdkRequest): Promise<never> => {
    captured = request;
    throw Object.assign(new Error("captured, not sent"), { name: "Captured" });
  };
  Object.assign(client.config, {
    requestHandler: { handle, updateHttpClientConfig() {}, httpHandlerConfigs: () => ({}) },
  });
  await send(client as never).catch((error: Error) => {
    if (error.name !== "Captured") throw error;
  });
  client.destroy();
  if (captured === undefined) throw new Error("the client sent nothing");
  return toWire(captured);
}

/** A GET that the SDK's signer presigned. */
export async function presignedBySdk(input: {
  readonly url: string;
  readonly service: "sts" | "s3";
  readonly path: string;
  readonly query?: Record<string, string>;
  readonly credentials: Keys;
  readonly expiresSeconds?: number;
  readonly signedAt?: Date;
}): Promise<WireRequest> {
  const { hostname, port } = new URL(input.url);
  const config = { endpoint: input.url, region: "us-east-1", credentials: input.credentials };
  const client = input.service === "sts" ? new STSClient(config) : new S3Client(config);
  const request: SdkRequest = {
    method: "GET",
    protocol: "http:",
    hostname,
    port: Number(port),
    path: input.path,
    query: { ...input.query },
    headers: {
      host: `${hostname}:${port}`,
      ...(input.service === "s3" ? { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } : {}),
    },
  };
  // The client's own signer presigns too; its type does not say so.
  const signer = (await client.config.signer()) as unknown as Presigner;
  const presigned = await signer.presign(request, {
    expiresIn: input.expiresSeconds ?? 900,
    signingDate: input.signedAt ?? new Date(),
    // The URL has to do without this header.
    unsignableHeaders: new Set(["x-amz-content-sha256"]),
  });
  client.destroy();
  const { "x-amz-content-sha256": _left, ...headers } = presigned.headers;
  return toWire({ ...presigned, headers });
}

/** Sends exactly these bytes, without agent, redirect or retry. */
export function sendWire(port: number, request: WireRequest): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      host: "127.0.0.1",
      port,
      method: request.method,
      path: request.target,
      headers: { ...request.headers, "content-length": String(Buffer.byteLength(request.body)) },
      agent: false,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("error", reject);
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        const code = /<Code>([^<]*)<\/Code>/.exec(body)?.[1];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body, code });
      });
    });
    outgoing.end(request.body);
  });
}

function toWire(request: SdkRequest): WireRequest {
  const query = Object.entries(request.query)
    .flatMap(([name, value]) =>
      [value]
        .flat()
        .map((one) => (one === null ? percentEscape(name) : `${percentEscape(name)}=${percentEscape(one)}`)),
    )
    .join("&");
  return {
    method: request.method,
    target: query === "" ? request.path : `${request.path}?${query}`,
    headers: request.headers,
    body: request.body === undefined ? "" : Buffer.from(request.body as string).toString("utf8"),
  };
}

/** Percent-encodes as AWS does, which is stricter than `encodeURIComponent`. */
export function percentEscape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
