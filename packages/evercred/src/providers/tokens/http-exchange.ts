import type { TokenRequest } from "./token-source.js";

/** What is sent. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. */
export interface HttpAnswer {
  readonly kind: "answer";
  readonly status: number;
  /** For example `text/html`, without its parameters. */
  readonly mediaType: string;
  readonly headers: Headers;
  /** Absent: it is longer than the bound. */
  readonly text: string | undefined;
}

/** An answer, or what kept it away: silence, a socket, or a certificate, with Node's code for it. */
export type HttpOutcome =
  | HttpAnswer
  | { readonly kind: "silence" }
  | { readonly kind: "socket" | "certificate"; readonly code: string };

/** How long one attempt may take: three of them, and STS after them, fit into a load's 30 s. */
export const ATTEMPT_TIMEOUT_MS = 5_000;

/** A token is a few kilobytes; nothing that answers more is a token endpoint. */
export const MOST_ANSWER_BYTES: number = 256 * 1024;

/** What OpenSSL and Node call a server that cannot prove who it is, or that speaks no TLS at all. */
const CERTIFICATE =
  /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|INVALID_(CA|PURPOSE)|HOSTNAME_MISMATCH|EPROTO)/;

/**
 * One HTTP exchange, its answer read to the end and to its bound. Redirects are not followed: they would carry the
 * request's secrets elsewhere.
 *
 * Rejects with the reason of the request's signal, and with nothing else.
 */
export async function exchangeOnce(request: HttpRequest, asked: TokenRequest): Promise<HttpOutcome> {
  const { signal, clock } = asked;
  signal.throwIfAborted();
  const controller = new AbortController();
  let silent = false;
  const stop = (): void => controller.abort();
  const timer = clock.schedule(() => {
    silent = true;
    stop();
  }, ATTEMPT_TIMEOUT_MS);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await send(request, controller.signal);
  } catch (error) {
    signal.throwIfAborted();
    return silent ? { kind: "silence" } : troubleOf(error);
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", stop);
  }
}

async function send({ url, ...init }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  // "manual" rather than "error": fetch calls a refused redirect a network failure, and we say what it was.
  const response = await fetch(url, { ...init, signal, redirect: "manual" });
  return {
    kind: "answer",
    status: response.status,
    mediaType: mediaTypeOf(response.headers),
    headers: response.headers,
    text: await readBounded(response),
  };
}

/** The stream is cut off at the bound, whatever `Content-Length` promised and however it was compressed. */
async function readBounded(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_ANSWER_BYTES) {
      return undefined;
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function mediaTypeOf(headers: Headers): string {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  return /^[\w.+-]{1,50}\/[\w.+-]{1,100}$/.exec(type.trim())?.[0] ?? "an unnamed type";
}

/** The reason is the cause of what fetch throws. Nothing else of either is kept: they hold pieces of requests and answers. */
function troubleOf(error: unknown): HttpOutcome {
  const code = codeOf(error instanceof Error ? error.cause : undefined) ?? "no reason given";
  if (/^(ETIMEDOUT|UND_ERR_\w+_TIMEOUT)$/.test(code)) {
    return { kind: "silence" };
  }
  return { kind: CERTIFICATE.test(code) ? "certificate" : "socket", code };
}

function codeOf(cause: unknown): string | undefined {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : undefined;
}
