import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { azureManagedIdentityToken } from "../../../src/providers/tokens/azure-managed-identity-token.js";
import { githubActionsToken } from "../../../src/providers/tokens/github-actions-token.js";
import { googleIdentityToken } from "../../../src/providers/tokens/google-identity-token.js";
import { oidcClientCredentials } from "../../../src/providers/tokens/oidc-client-credentials.js";
import type { WebIdentityTokenSource } from "../../../src/providers/tokens/token-source.js";
import { failureOf } from "../../support/outcome.js";
import { startTokenServer, type TokenAnswer, type TokenReply, tokenRequest } from "../../support/token-server.js";

const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2IifQ.c2lnbmF0dXJl";
const SECRET = "correct horse/battery+staple=";
const FLAVOR = { "metadata-flavor": "Google" };

interface Kind {
  readonly name: string;
  at(url: string): WebIdentityTokenSource;
  readonly good: TokenAnswer;
  /** What every answer of its server carries. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly operation: string;
  /** What it authenticates with, and what a server may quote then. */
  readonly secret?: string;
}

const KINDS: readonly Kind[] = [
  {
    name: "githubActionsToken",
    at: (url) =>
      githubActionsToken({
        env: { ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?v=2`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: SECRET },
      }),
    good: { body: { value: JWT } },
    operation: "ID token",
    secret: SECRET,
  },
  {
    name: "googleIdentityToken",
    at: (endpoint) => googleIdentityToken({ audience: "sts", endpoint }),
    good: { body: `${JWT}\n`, type: "text/html", headers: FLAVOR },
    headers: FLAVOR,
    operation: "identity",
  },
  {
    name: "azureManagedIdentityToken",
    at: (endpoint) => azureManagedIdentityToken({ resource: "api://aws", endpoint }),
    good: { body: { access_token: JWT } },
    operation: "managed identity token",
  },
  {
    name: "oidcClientCredentials",
    at: (url) => oidcClientCredentials({ tokenEndpoint: `${url}/token`, clientId: "deploy", clientSecret: SECRET }),
    good: { body: { access_token: JWT } },
    operation: "client_credentials",
    secret: SECRET,
  },
];

describe.each(KINDS)("$name", ({ at, good, headers = {}, operation, secret = JWT }) => {
  async function asked(...replies: TokenReply[]) {
    const server = await startTokenServer(...replies);
    const request = tokenRequest();
    return { server, request, call: Promise.resolve(at(server.url)(request)) };
  }

  /** The error, after looking for what no error may hold. */
  async function failure(call: Promise<string>) {
    const error = await failureOf(call);
    const printed = inspect(error, { showHidden: true, depth: 10 });
    expect(printed).not.toContain(SECRET);
    expect(printed).not.toContain(encodeURIComponent(SECRET));
    expect(printed).not.toContain(JWT);
    expect(error.message).toMatch(/\. \(https:\/\/\S+#err_credentials_\w+\)$/);
    return error;
  }

  it("answers the token", async () => {
    const { call, request } = await asked(good);
    expect(await call).toBe(JWT);
    expect(request.bounded).toBe(0);
  });

  it("asks anew at each request", async () => {
    const server = await startTokenServer(good);
    const source = at(server.url);
    await source(tokenRequest());
    await source(tokenRequest());
    expect(server.requests).toHaveLength(2);
  });

  it.each([{ status: 500 }, { status: 503, body: "<html>", type: "text/html" }, { status: 429 }, "reset"] as const)(
    "outlives two bad answers: %j",
    async (bad) => {
      const reply = bad === "reset" ? bad : { ...bad, headers };
      const { call, server, request } = await asked(reply, reply, good);
      expect(await call).toBe(JWT);
      expect(server.requests).toHaveLength(3);
      const firstMs = bad !== "reset" && bad.status === 429 ? 500 : 100;
      expect(request.pauses).toEqual([firstMs, firstMs * 2]);
    },
  );

  it.each([
    [{ status: 503, headers }, /answered 503 after 3 attempts\. Ask again later/],
    ["reset", /could not be reached: \w+ after 3 attempts/],
  ] as const)("gives up after three attempts: %#", async (reply, message) => {
    const { call, server } = await asked(reply);
    const error = await failure(call);
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT", message: expect.stringMatching(message) });
    expect(server.requests).toHaveLength(3);
  });

  it.each(["silence", "stalls"] as const)(
    "waits five seconds an attempt when the server falls into %s",
    async (how) => {
      const { call, server, request } = await asked(how);
      const failed = failure(call);
      for (const attempt of [1, 2, 3]) {
        await server.received(attempt);
        expect(request.bounded).toBe(1);
        request.runOut();
      }
      expect(await failed).toMatchObject({
        code: "ERR_CREDENTIALS_TIMEOUT",
        message: expect.stringContaining("did not answer within 5000 ms after 3 attempts"),
      });
      expect(request.bounded).toBe(0);
    },
  );

  it("ends with the signal's reason, and leaves nothing behind", async () => {
    const server = await startTokenServer("silence");
    const controller = new AbortController();
    const request = tokenRequest(controller.signal);
    const call = Promise.resolve(at(server.url)(request)).catch((error: unknown) => error);
    await server.received(1);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await call).toBe(reason);
    expect(request.bounded).toBe(0);
    expect(await Promise.resolve(at(server.url)(request)).catch((error: unknown) => error)).toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  it("ends with the signal's reason between two attempts", async () => {
    const server = await startTokenServer({ status: 503, headers });
    const controller = new AbortController();
    const reason = new Error("enough");
    const base = tokenRequest(controller.signal);
    const random = () => {
      controller.abort(reason);
      return 0.5;
    };
    const request = { ...base, random };
    expect(await Promise.resolve(at(server.url)(request)).catch((error: unknown) => error)).toBe(reason);
    expect(server.requests).toHaveLength(1);
  });

  it.each([401, 403])("says that it was refused with %i, once", async (status) => {
    const { call, server } = await asked({ status, headers, body: `no, not ${SECRET}` });
    expect(await failure(call)).toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: String(status),
      operation,
      message: expect.stringContaining(`refused with ${status}.`),
    });
    expect(server.requests).toHaveLength(1);
  });

  it("quotes the reason of a refusal, short, on one line, and without secrets", async () => {
    const message = `bad\r\n\u001b[31m\u202Ethings ${JWT} ${secret} ${"x".repeat(500)}`;
    const { call } = await asked({ status: 403, headers, body: { message } });
    const error = await failure(call);
    expect(error.message).toMatch(/refused with 403 \(bad \[31m things \*\*\* \*\*\* x{20,}\)\./);
    expect(error.message).not.toMatch(/x{200}|\p{Cc}|\u202E/u);
  });

  it("takes another refusal for a request that is wrong", async () => {
    const { call, server } = await asked({ status: 400, headers });
    expect(await failure(call)).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("found the request wrong: 400."),
    });
    expect(server.requests).toHaveLength(1);
  });

  it("follows no redirect", async () => {
    const other = await startTokenServer(good);
    const { call } = await asked({ status: 307, headers: { ...headers, location: `${other.url}/here` } });
    expect(await failure(call)).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("answered 307, a redirect, which is not followed"),
    });
    expect(other.requests).toEqual([]);
  });

  it.each([
    [{ body: `<html>${SECRET}</html>`, type: "text/html; charset=utf-8" }, /with 42 characters of text\/html/],
    [{ body: "", type: "application/json" }, /with 0 characters of application\/json/],
    [{ body: "[1]", type: "application/json" }, /with 3 characters of application\/json/],
    [{ body: `"${"a".repeat(300_000)}"`, type: "x" }, /with more than 256 KiB of an unnamed type/],
    [{ body: JSON.stringify({ value: "x".repeat(300_000) }), type: "application/json" }, /more than 256 KiB/],
  ])("says what came in place of a token: %#", async (answer, message) => {
    const { call, server } = await asked({ ...answer, headers });
    expect(await failure(call)).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(message),
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe.each(KINDS.filter(({ name }) => name !== "googleIdentityToken"))("$name", ({ at, good }) => {
  const member = Object.keys(good.body as object)[0] as string;

  it.each([
    [{}, "JSON with no `"],
    [{ [member]: "" }, "JSON with an empty `"],
    [{ [member]: 7 }, "JSON with no text for `"],
    [{ error: "odd", error_description: "half done" }, "(odd: half done)"],
  ])("needs the member with the token: %#", async (body, message) => {
    const server = await startTokenServer({ body });
    const error = await failureOf(Promise.resolve(at(server.url)(tokenRequest())));
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(message) });
    expect(error.message).toContain(`\`${member}\``);
  });
});

describe("a token endpoint", () => {
  it("is told from one whose certificate is not trusted, which no repetition helps", async () => {
    const cause = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const fetched = vi.fn(() => Promise.reject(new TypeError("fetch failed", { cause })));
    vi.stubGlobal("fetch", fetched);
    const call = Promise.resolve(
      oidcClientCredentials({ tokenEndpoint: "https://id.example/token", clientId: "a", clientSecret: SECRET })(
        tokenRequest(),
      ),
    );
    const error = await failureOf(call).finally(() => vi.unstubAllGlobals());
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it("passes nothing on of what fetch throws", async () => {
    const cause = Object.assign(new Error("parser"), { code: "HPE_INVALID", data: `{"access_token":"${JWT}"}` });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError(`fetch failed ${SECRET}`, { cause })));
    const call = Promise.resolve(
      oidcClientCredentials({ tokenEndpoint: "https://id.example/token", clientId: "a", clientSecret: SECRET })(
        tokenRequest(),
      ),
    );
    const error = await failureOf(call).finally(() => vi.unstubAllGlobals());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT", message: expect.stringContaining("HPE_INVALID") });
    expect(inspect(error, { showHidden: true, depth: 10 })).not.toMatch(/eyJ|battery/);
  });
});
