import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { exchangeOnce, MOST_ANSWER_BYTES } from "../../../src/providers/tokens/http-exchange.js";
import { startTokenServer, type TokenReply, tokenRequest } from "../../support/token-server.js";

async function exchange(reply: TokenReply) {
  const server = await startTokenServer(reply);
  return exchangeOnce({ url: new URL(server.url), method: "GET", headers: {} }, tokenRequest());
}

describe("exchangeOnce", () => {
  it("reads an answer to its bound, in whole characters", async () => {
    const text = "é".repeat(MOST_ANSWER_BYTES / 2);
    expect(await exchange({ body: text })).toMatchObject({ kind: "answer", status: 200, text });
    expect(await exchange({ body: `${text}a` })).toMatchObject({ kind: "answer", text: undefined });
  });

  it("bounds what a compressed answer unfolds to", async () => {
    const bomb = new Response(gzipSync(Buffer.alloc(MOST_ANSWER_BYTES + 1)));
    const unfolded = bomb.body?.pipeThrough(new DecompressionStream("gzip"));
    vi.stubGlobal("fetch", () => Promise.resolve(new Response(unfolded)));
    const request = { url: new URL("https://id.example"), method: "GET", headers: {} } as const;
    const outcome = await exchangeOnce(request, tokenRequest()).finally(() => vi.unstubAllGlobals());
    expect(outcome).toMatchObject({ kind: "answer", text: undefined });
  });

  it.each([
    ["application/json; charset=utf-8", "application/json"],
    ["text/html", "text/html"],
    ["nonsense", "an unnamed type"],
    [`text/${"x".repeat(500)}`, "an unnamed type"],
  ])("names the media type %s", async (type, mediaType) => {
    expect(await exchange({ type, body: "x" })).toMatchObject({ mediaType });
  });

  it("rejects with the signal's reason, and tells a broken connection as a result", async () => {
    const server = await startTokenServer("silence");
    const controller = new AbortController();
    const request = { url: new URL(server.url), method: "GET", headers: {} } as const;
    const call = exchangeOnce(request, tokenRequest(controller.signal)).catch((error: unknown) => error);
    await server.received(1);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await call).toBe(reason);
    expect(await exchange("reset")).toEqual({
      kind: "socket",
      code: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/),
    });
  });
});
