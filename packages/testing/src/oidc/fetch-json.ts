import { idpCommunicationError, invalidIdentityToken } from "../sts/identity-token-error.js";

export interface FetchBounds {
  /** How long the whole answer may take, in milliseconds of real time. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const loopback = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/;

/**
 * Fetches a JSON document from an identity provider on loopback; the emulator asks no other. Rejects with
 * `IDPCommunicationError` when the provider can't be reached, and with `InvalidIdentityToken` when its answer is of no use.
 */
export async function fetchJson(address: unknown, bounds: FetchBounds): Promise<unknown> {
  const url = loopbackUrl(address);
  const answer = await ask(url, bounds.timeoutMs);
  if (answer.status >= 500) throw idpCommunicationError();
  const text = answer.status === 200 ? await readText(answer, bounds.maxBytes) : undefined;
  if (text === undefined) throw keyNotRetrieved();
  try {
    return JSON.parse(text);
  } catch {
    throw keyNotRetrieved();
  }
}

export function keyNotRetrieved(): Error {
  return invalidIdentityToken(
    "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
}

function loopbackUrl(address: unknown): URL {
  const url = typeof address === "string" && URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw keyNotRetrieved();
  if (!loopback.test(url.hostname)) throw idpCommunicationError();
  return url;
}

async function ask(url: URL, timeoutMs: number): Promise<Response> {
  try {
    // A redirect could lead away from loopback.
    return await fetch(url, { redirect: "error", signal: AbortSignal.timeout(timeoutMs) });
  } catch {
    throw idpCommunicationError();
  }
}

/** The body, or `undefined` when it grows beyond its bound. */
async function readText(answer: Response, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maxBytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    throw idpCommunicationError();
  }
  return Buffer.concat(chunks).toString("utf8");
}
