import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { hashKey } from "../../../src/cache/cache-key.js";
import { oidcClientCredentials } from "../../../src/providers/tokens/oidc-client-credentials.js";
import type { OidcClientCredentialsOptions } from "../../../src/providers/tokens/oidc-client-options.js";
import { tokenSourceInternals } from "../../../src/providers/tokens/token-source.js";
import { failureOf } from "../../support/outcome.js";
import { startTokenServer, type TokenReply, tokenRequest } from "../../support/token-server.js";

const JWT = "eyJh.eyJz.c2ln";
const SECRET = "s:e c/r+e%t";
const CLIENT = { clientId: "build:1", clientSecret: SECRET } as const;
const good = { body: { access_token: JWT, id_token: "eyJh.eyJz.aWQ", token_type: "Bearer" } };

const read = (options: Partial<OidcClientCredentialsOptions>, request = tokenRequest()) =>
  Promise.resolve(oidcClientCredentials({ ...CLIENT, ...options })(request));

async function endpoint(...replies: TokenReply[]) {
  const server = await startTokenServer(...replies);
  return { server, tokenEndpoint: `${server.url}/oauth/token` };
}

describe("oidcClientCredentials", () => {
  it("sends id and secret in the header, each encoded as a form is", async () => {
    const { server, tokenEndpoint } = await endpoint(good);
    expect(await read({ tokenEndpoint })).toBe(JWT);
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "POST", url: "/oauth/token", body: "grant_type=client_credentials" });
    expect(request?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    const basic = Buffer.from("build%3A1:s%3Ae+c%2Fr%2Be%25t").toString("base64");
    expect(request?.headers.authorization).toBe(`Basic ${basic}`);
  });

  it("sends them in the body where that is asked for, with all else", async () => {
    const { server, tokenEndpoint } = await endpoint(good);
    const asked = { scope: "a b", audience: "sts.amazonaws.com", resource: "https://aws" };
    expect(await read({ tokenEndpoint, ...asked, authentication: "client_secret_post", token: "id_token" })).toBe(
      "eyJh.eyJz.aWQ",
    );
    expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.body))).toEqual({
      grant_type: "client_credentials",
      ...asked,
      client_id: CLIENT.clientId,
      client_secret: SECRET,
    });
    expect(server.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  it("asks a function for the secret at each request", async () => {
    const { server, tokenEndpoint } = await endpoint(good);
    let calls = 0;
    const source = oidcClientCredentials({
      tokenEndpoint,
      clientId: "a",
      clientSecret: async (request) => `${request.background}-${++calls}`,
    });
    await source(tokenRequest());
    await source(tokenRequest());
    const sent = server.requests.map(({ headers }) => Buffer.from(headers.authorization?.slice(6) ?? "", "base64"));
    expect(sent.map(String)).toEqual(["a:false-1", "a:false-2"]);
  });

  it("does not wait for a secret longer than anybody waits for it", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const call = read(
      { tokenEndpoint: "https://id.example/", clientSecret: () => new Promise(() => {}) },
      tokenRequest(controller.signal),
    );
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it.each([undefined, "", 7])("stops at a secret that is none: %j", async (secret) => {
    const clientSecret = () => secret as string;
    const error = await failureOf(read({ tokenEndpoint: "https://id.example/", clientSecret }));
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("`clientSecret` must"),
    });
  });

  it.each([400, 401])("passes the refusal of the endpoint on, without the secret it quotes: %i", async (status) => {
    const body = {
      error: "invalid_client",
      error_description: `bad secret ${SECRET} of ${encodeURIComponent(SECRET)}`,
    };
    const { server, tokenEndpoint } = await endpoint({ status, body });
    const error = await failureOf(read({ tokenEndpoint }));
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: "invalid_client",
      operation: "client_credentials",
    });
    expect(error.message).toContain(`${tokenEndpoint} refused with ${status} (invalid_client: bad secret *** of ***).`);
    expect(error.message).toContain('`authentication: "client_secret_post"`');
    expect(inspect(error, { showHidden: true, depth: 10 })).not.toContain(SECRET);
    expect(server.requests).toHaveLength(1);
  });

  it("tries again when the endpoint says that it passes", async () => {
    const { tokenEndpoint } = await endpoint({ status: 400, body: { error: "temporarily_unavailable" } }, good);
    expect(await read({ tokenEndpoint })).toBe(JWT);
  });

  it("says which token is missing", async () => {
    const { tokenEndpoint } = await endpoint({ body: { access_token: JWT } });
    const error = await failureOf(read({ tokenEndpoint, token: "id_token" }));
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("JSON with no `id_token`"),
    });
  });

  it.each([
    [{}, "one of `issuer` and `tokenEndpoint`; got neither"],
    [{ issuer: "https://a", tokenEndpoint: "https://a" }, "one of `issuer` and `tokenEndpoint`; got both"],
    [{ tokenEndpoint: "http://id.example/token" }, "`tokenEndpoint` must begin with https://"],
    [{ tokenEndpoint: "http://127.0.0.1.example/token" }, "`tokenEndpoint` must begin with https://"],
    [{ tokenEndpoint: "https://user:pass@id.example/" }, "must not hold a user name or a password"],
    [{ tokenEndpoint: "https://id.example/#x" }, "`tokenEndpoint` must not have a fragment"],
    [{ issuer: "http://id.example" }, "`issuer` must begin with https://"],
    [{ issuer: "https://id.example?x" }, "`issuer` must not have a query"],
    [{ issuer: "id.example" }, "`issuer` must be a URL"],
    [{ issuer: "https://a", clientID: "x" }, "Did you mean `clientId`?"],
    [{ issuer: "https://a", clientId: "" }, "`clientId` must have 1 to 2048 characters; got 0."],
    [{ issuer: "https://a", clientSecret: undefined }, "`clientSecret` must be a string; got undefined."],
    [{ issuer: "https://a", scope: ["a"] }, "`scope` must be a string; got an array."],
    [
      { issuer: "https://a", authentication: "none" },
      '"client_secret_basic" or "client_secret_post"; got another string',
    ],
    [{ issuer: "https://a", token: 7 }, '`token` must be "access_token" or "id_token"; got a value of type number'],
  ])("refuses options that are wrong: %#", (options, message) => {
    const wrong = { ...CLIENT, ...options } as OidcClientCredentialsOptions;
    expect(() => oidcClientCredentials(wrong)).toThrow(message);
  });

  it("has equal keys for equal clients, without a secret", () => {
    const keyOf = (options: Partial<OidcClientCredentialsOptions>) =>
      hashKey(tokenSourceInternals(oidcClientCredentials({ ...CLIENT, ...options }))?.key() ?? {});
    const issuer = "https://id.example";
    const one = keyOf({ issuer });
    expect(keyOf({ issuer, authentication: "client_secret_basic", token: "access_token", scope: undefined })).toBe(one);
    const secretBy = () => SECRET;
    expect(keyOf({ issuer, clientSecret: secretBy })).toBe(keyOf({ issuer, clientSecret: secretBy }));
    const others: Partial<OidcClientCredentialsOptions>[] = [
      { issuer: "https://other.example" },
      { tokenEndpoint: issuer },
      { issuer, clientId: "b" },
      { issuer, clientSecret: "b" },
      { issuer, clientSecret: secretBy },
      { issuer, clientSecret: () => SECRET },
      { issuer, scope: "b" },
      { issuer, audience: "b" },
      { issuer, resource: "b" },
      { issuer, token: "id_token" },
    ];
    expect(new Set([one, ...others.map(keyOf)]).size).toBe(others.length + 1);
    const internals = tokenSourceInternals(oidcClientCredentials({ ...CLIENT, issuer }));
    expect(inspect(internals?.key(), { depth: 10 })).not.toContain(SECRET);
    expect(internals?.name).toBe("OIDC client build:1");
  });
});

describe("discovery", () => {
  async function provider(document: (url: string) => object = () => ({})) {
    const server = await startTokenServer();
    const issuer = `${server.url}/realms/a`;
    const body = { issuer, token_endpoint: `${server.url}/token`, ...document(server.url) };
    server.replies = [{ body }, good];
    return { server, issuer };
  }

  it("finds the token endpoint, and is asked once", async () => {
    const { server, issuer } = await provider();
    const source = oidcClientCredentials({ ...CLIENT, issuer });
    await source(tokenRequest());
    expect(await source(tokenRequest())).toBe(JWT);
    expect(server.requests.map(({ url }) => url)).toEqual([
      "/realms/a/.well-known/openid-configuration",
      "/token",
      "/token",
    ]);
    expect(server.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  it("keeps the slash at the end of an issuer that has one", async () => {
    const server = await startTokenServer();
    const issuer = `${server.url}/`;
    server.replies = [{ body: { issuer, token_endpoint: `${server.url}/token` } }, good];
    expect(await read({ issuer })).toBe(JWT);
    expect(server.requests[0]?.url).toBe("/.well-known/openid-configuration");
  });

  it("is asked again after the endpoint failed", async () => {
    const { server, issuer } = await provider();
    const [document] = server.replies as [TokenReply];
    server.replies = [document, { status: 404 }, document, good];
    const source = oidcClientCredentials({ ...CLIENT, issuer });
    expect((await failureOf(Promise.resolve(source(tokenRequest())))).code).toBe("ERR_CREDENTIALS_CONFIG");
    expect(await source(tokenRequest())).toBe(JWT);
  });

  it.each([
    [() => ({ issuer: "https://evil.example\n" }), 'is of the issuer "https://evil.example", and `issuer` is'],
    [
      (url: string) => ({ issuer: `${url}/realms/a/` }),
      "they must be equal to the letter, a slash at the end included",
    ],
    [() => ({ issuer: undefined }), "JSON with no `issuer`"],
    [() => ({ token_endpoint: undefined }), "JSON with no `token_endpoint`"],
    [
      () => ({ token_endpoint: "http://id.example/token" }),
      "openid-configuration: `token_endpoint` must begin with https",
    ],
  ])("stops at a document that is not the issuer's, and sends no secret: %#", async (document, message) => {
    const { server, issuer } = await provider(document);
    const error = await failureOf(read({ issuer }));
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(message) });
    expect(server.requests).toHaveLength(1);
  });

  it("stops at a page in place of a document", async () => {
    const server = await startTokenServer({ body: "<html>", type: "text/html" });
    const error = await failureOf(read({ issuer: server.url }));
    expect(error.message).toContain("with 6 characters of text/html in place of a JSON object. Check `issuer`");
  });
});
