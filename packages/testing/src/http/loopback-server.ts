import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { TimeSource } from "../emulator-clock.js";
import type { Reaction } from "./answer.js";
import { createRawRequest, type RawRequest } from "./raw-request.js";
import { readBody } from "./read-body.js";

/** A server on 127.0.0.1, and on nothing else. */
export interface LoopbackServer {
  readonly port: number;
  /** Destroys every connection, silent ones too, and frees the port. */
  close(): Promise<void>;
}

export interface LoopbackServerOptions {
  readonly port: number;
  readonly clock: TimeSource;
  handle(request: RawRequest): Promise<Reaction>;
}

const maxBodyBytes = 64 * 1024 * 1024;
// Session tokens have no maximum size, and they travel in headers and URLs.
const maxHeaderSize = 256 * 1024;

export async function startLoopbackServer(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  // No keep-alive timeout: it would close connections under clients that are about to use them again.
  const server = createServer({ maxHeaderSize, keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("request", (message: IncomingMessage, response: ServerResponse) => {
    // A client that goes away while it is being served is no failure of the server.
    serve(message, response, { ...options, port: portOf(server) }).catch(() => message.socket.destroy());
  });
  await listen(server, options.port);
  return {
    port: portOf(server),
    close: () => close(server, sockets),
  };
}

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  options: LoopbackServerOptions,
): Promise<void> {
  response.sendDate = false;
  response.setHeader("date", new Date(options.clock.now()).toUTCString());
  if (!isForUs(message, options.port)) return end(response, 421, "This server answers on loopback names only.");
  const body = await readBody(message, maxBodyBytes);
  if (body === undefined) return end(response, 413, "The body is too large.");
  const reaction = await options.handle(
    createRawRequest({ method: message.method, url: message.url, rawHeaders: message.rawHeaders, body }),
  );
  if (reaction === "silence") return;
  if (reaction === "reset") {
    message.socket.resetAndDestroy();
    return;
  }
  response.writeHead(reaction.status, { ...reaction.headers, "content-length": Buffer.byteLength(reaction.body) });
  response.end(message.method === "HEAD" ? undefined : reaction.body);
}

/** A web page can make a browser ask 127.0.0.1 under a name of its own (DNS rebinding); such a name is not served. */
function isForUs(message: IncomingMessage, port: number): boolean {
  const { host } = message.headers;
  return (host === `127.0.0.1:${port}` || host === `localhost:${port}`) && message.url?.startsWith("/") === true;
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain", connection: "close" }).end(`${text}\n`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
