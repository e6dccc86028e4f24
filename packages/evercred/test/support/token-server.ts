import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { TokenRequest } from "../../src/providers/tokens/token-source.js";

/** What the server does with one request. */
export type TokenReply = "silence" | "reset" | "stalls" | TokenAnswer;

export interface TokenAnswer {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text goes out as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on loopback that answers what a test says: the replies in their order, the last one again and again. */
export interface TokenServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  replies: TokenReply[];
  /** Waits until so many requests have come. */
  received(count: number): Promise<void>;
}

/** Starts one, until the test ends. */
export async function startTokenServer(...replies: TokenReply[]): Promise<TokenServer> {
  const requests: ReceivedRequest[] = [];
  const waiting: { readonly count: number; readonly arrived: () => void }[] = [];
  const http = createServer(async (message, response) => {
    let body = "";
    for await (const chunk of message) {
      body += String(chunk);
    }
    requests.push({ method: message.method ?? "", url: message.url ?? "", headers: message.headers, body });
    const reply = server.replies.length > 1 ? server.replies.shift() : server.replies[0];
    respond(response, reply ?? { status: 404 });
    for (const { count, arrived } of waiting) {
      if (requests.length >= count) {
        arrived();
      }
    }
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const server: TokenServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    requests,
    replies,
    received: (count) =>
      requests.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, arrived: resolve })),
  };
  return server;
}

function respond(response: ServerResponse, reply: TokenReply): void {
  if (reply === "reset") {
    response.socket?.resetAndDestroy();
  } else if (reply === "stalls") {
    response.writeHead(200, { "content-type": "application/json" }).write('{"value":"eyJ');
  } else if (reply !== "silence") {
    const { status = 200, body = "", headers = {} } = reply;
    const type = reply.type ?? (typeof body === "string" ? "text/plain" : "application/json");
    response.writeHead(status, { "content-type": type, ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }
}

/** What a cache tells a token source, with the time in the test's hands. */
export interface TestTokenRequest extends TokenRequest {
  /** The pauses between attempts, in milliseconds: they are noted, and take no time. */
  readonly pauses: number[];
  /** Lets the bound of the attempt under way run out. */
  runOut(): void;
  /** Attempts whose bound still runs. */
  readonly bounded: number;
}

const BOUND_MS = 5_000;

export function tokenRequest(signal: AbortSignal = new AbortController().signal): TestTokenRequest {
  const pauses: number[] = [];
  const bounds = new Set<() => void>();
  return {
    signal,
    background: false,
    renew: false,
    random: () => 0.5,
    pauses,
    runOut: () => {
      for (const end of bounds) {
        end();
      }
    },
    get bounded() {
      return bounds.size;
    },
    clock: {
      now: () => Date.UTC(2026, 0, 1),
      schedule(callback, delayMs) {
        if (delayMs < BOUND_MS) {
          pauses.push(delayMs);
          queueMicrotask(callback);
          return { cancel() {}, ref() {}, unref() {} };
        }
        bounds.add(callback);
        return { cancel: () => void bounds.delete(callback), ref() {}, unref() {} };
      },
    },
  };
}
