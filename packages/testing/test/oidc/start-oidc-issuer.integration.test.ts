import { inspect } from "node:util";
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { createFakeClock, type OidcIssuer, startOidcIssuer } from "../../src/index.js";
import { refusalOf } from "../refusal.js";
import { sendWire } from "../wire.js";
import { startIssuer } from "./issuer-fixture.js";

const client = { clientId: "build agent", clientSecret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

async function json(url: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  return (await (await fetch(url, init)).json()) as Record<string, unknown>;
}

async function verified(issuer: OidcIssuer, token: string): Promise<Record<string, unknown>> {
  const keys = createLocalJWKSet((await json(`${issuer.url}/jwks`)) as unknown as JSONWebKeySet);
  return (await jwtVerify(token, keys, { issuer: issuer.issuer })).payload;
}

function basic(clientId: string, clientSecret: string): string {
  const text = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  return `Basic ${Buffer.from(text).toString("base64")}`;
}

async function askToken(issuer: OidcIssuer, form: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams({ grant_type: "client_credentials", ...form });
  const answer = await fetch(issuer.tokenEndpoint, { method: "POST", body, headers });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
}

describe("discovery", () => {
  test("leads to the keys that verify its tokens", async () => {
    const issuer = await startIssuer();
    const discovery = await json(`${issuer.issuer}/.well-known/openid-configuration`);
    expect(discovery).toMatchObject({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
    const payload = await verified(issuer, await issuer.token({ audience: "app", subject: "alice" }));
    expect(payload).toMatchObject({ iss: issuer.issuer, aud: "app", sub: "alice" });
  });

  test("publishes nothing of the private key", async () => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    const { keys } = (await json(`${issuer.url}/jwks`)) as unknown as JSONWebKeySet;
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
    expect(inspect(issuer, { showHidden: true, depth: 10 })).not.toContain("ACTIONS_ID");
  });

  test("knows only its newest key after a rotation", async () => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    const before = await issuer.token();
    await issuer.rotateKeys();
    await expect(verified(issuer, before)).rejects.toThrow("no applicable key found");
    await verified(issuer, await issuer.token());
  });

  test("answers no name but a loopback one", async () => {
    const issuer = await startIssuer();
    const headers = { host: `issuer.example:${issuer.port}` };
    const answer = await sendWire(issuer.port, { method: "GET", target: "/jwks", headers, body: "" });
    expect(answer.status).toBe(421);
  });
});

describe("a token", () => {
  test("has the times of the issuer's clock", async () => {
    const clock = createFakeClock();
    const issuer = await startIssuer({ clock, algorithm: "ES256" });
    const claims = decodeJwt(await issuer.token({ expiresInSeconds: 60, notBeforeSeconds: -5 }));
    const now = clock.now() / 1000;
    expect(claims).toMatchObject({ iat: now, nbf: now - 5, exp: now + 60 });
  });

  test("carries any claims, and leaves out what is undefined", async () => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    const claims = decodeJwt(await issuer.token({ claims: { aud: undefined, exp: "soon", groups: ["a"] } }));
    expect(claims).not.toHaveProperty("aud");
    expect(claims).toMatchObject({ exp: "soon", groups: ["a"] });
  });

  test("can be wrong in its signature", async () => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    const stranger = await issuer.token({ sign: "wrong-key" });
    expect(decodeProtectedHeader(stranger).kid).toBe(decodeProtectedHeader(await issuer.token()).kid);
    await expect(verified(issuer, stranger)).rejects.toThrow("signature verification failed");
    await expect(verified(issuer, await issuer.token({ sign: "tampered" }))).rejects.toThrow("signature verification");
    expect(decodeProtectedHeader(await issuer.token({ sign: "none" })).alg).toBe("none");
    expect(decodeProtectedHeader(await issuer.token({ keyId: "other" })).kid).toBe("other");
  });

  test.each([
    [{ expires: 1 }, '"expires" is no member of the options of a token'],
    [{ audience: [] }, '"audience" must be an array of audiences, 1 or more'],
    [{ sign: "wrong" }, '"sign" must be one of'],
    [{ expiresInSeconds: 0.5 }, '"expiresInSeconds" must be a whole number'],
    [{ claims: [] }, '"claims" must be an object of claims'],
  ])("is refused with options %o", async (options, message) => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    expect(await refusalOf(() => issuer.token(options as object))).toContain(message);
  });
});

test.each([
  [{ port: -1 }, '"port" must be'],
  [{ clients: [{ clientId: "app" }] }, '"clients[0].clientSecret" must be'],
  [{ algorithm: "HS256" }, '"algorithm" must be one of'],
  [{ clock: {} }, '"clock" must be an object whose method now()'],
])("refuses options %o", async (options, message) => {
  expect(await refusalOf(() => startOidcIssuer(options as object))).toContain(message);
});

describe("the token endpoint", () => {
  test("takes a client's secret in the header", async () => {
    const issuer = await startIssuer({ clients: [client] });
    const authorization = basic(client.clientId, client.clientSecret);
    const { status, headers, body } = await askToken(issuer, { scope: "aws", audience: "app" }, { authorization });
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3600, scope: "aws" });
    const payload = await verified(issuer, String(body["access_token"]));
    expect(payload).toMatchObject({ sub: client.clientId, client_id: client.clientId, aud: "app", scope: "aws" });
  });

  test("takes a client's secret in the body, and a resource for the audience", async () => {
    const issuer = await startIssuer({ clients: [client] });
    const form = { client_id: client.clientId, client_secret: client.clientSecret };
    const { body } = await askToken(issuer, { ...form, resource: "https://app.example" });
    expect(decodeJwt(String(body["access_token"])).aud).toBe("https://app.example");
    expect(body).not.toHaveProperty("scope");
    const plain = await askToken(issuer, form);
    expect(decodeJwt(String(plain.body["access_token"])).aud).toBe(client.clientId);
  });

  test("refuses a wrong secret, an unknown client and none", async () => {
    const issuer = await startIssuer({ clients: [client] });
    const refused = { status: 401, body: { error: "invalid_client" } };
    const wrong = await askToken(issuer, {}, { authorization: basic(client.clientId, "wrong") });
    expect(wrong).toMatchObject(refused);
    expect(wrong.headers.get("www-authenticate")).toContain("Basic");
    expect(await askToken(issuer, { client_id: "other", client_secret: client.clientSecret })).toMatchObject(refused);
    expect(await askToken(issuer, {})).toMatchObject(refused);
  });

  test("refuses two ways of authentication, other grants, repeats and other methods", async () => {
    const issuer = await startIssuer({ clients: [client] });
    const authorization = basic(client.clientId, client.clientSecret);
    const both = await askToken(issuer, { client_secret: client.clientSecret }, { authorization });
    expect(both).toMatchObject({ status: 400, body: { error: "invalid_request" } });
    const grant = await askToken(issuer, { grant_type: "password" }, { authorization });
    expect(grant).toMatchObject({ status: 400, body: { error: "unsupported_grant_type" } });
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
    const body = "grant_type=client_credentials&scope=a&scope=b";
    expect((await fetch(issuer.tokenEndpoint, { method: "POST", headers, body })).status).toBe(400);
    expect((await fetch(issuer.tokenEndpoint)).status).toBe(405);
  });
});

describe("GitHub Actions", () => {
  test("gives a job its token", async () => {
    const issuer = await startIssuer();
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = issuer.githubEnv;
    const headers = { authorization: `bearer ${token}` };
    const { count, value } = await json(`${url}&audience=sts.amazonaws.com`, { headers });
    expect(count).toBe(String(value).length);
    const payload = await verified(issuer, String(value));
    expect(payload).toMatchObject({ aud: "sts.amazonaws.com", sub: "repo:octo-org/octo-repo:ref:refs/heads/main" });
    expect(decodeJwt(String((await json(url, { headers }))["value"])).aud).toBe("https://github.com/octo-org");
  });

  test("refuses another request token, and none", async () => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    const url = issuer.githubEnv.ACTIONS_ID_TOKEN_REQUEST_URL;
    expect((await fetch(url, { headers: { authorization: "bearer other" } })).status).toBe(401);
    expect((await fetch(url)).status).toBe(401);
    expect(JSON.stringify(issuer)).not.toContain(issuer.githubEnv.ACTIONS_ID_TOKEN_REQUEST_TOKEN);
  });
});

describe("Google's metadata server", () => {
  const path = "/computeMetadata/v1/instance/service-accounts/default/identity";
  const headers = { "metadata-flavor": "Google" };

  test("answers the bare token, under its flavor", async () => {
    const issuer = await startIssuer();
    const answer = await fetch(`${issuer.url}${path}?audience=app&format=full`, { headers });
    expect(answer.headers.get("metadata-flavor")).toBe("Google");
    const payload = await verified(issuer, await answer.text());
    expect(payload).toMatchObject({ aud: "app", azp: payload["sub"], email_verified: true });
    const standard = await (await fetch(`${issuer.url}${path}?audience=app`, { headers })).text();
    expect(decodeJwt(standard)).not.toHaveProperty("email");
  });

  test("refuses requests without its header, forwarded, of another account, and without audience", async () => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    const status = async (target: string, sent: Record<string, string>) =>
      (await fetch(`${issuer.url}${target}`, { headers: sent })).status;
    expect(await status(`${path}?audience=app`, {})).toBe(403);
    expect(await status(`${path}?audience=app`, { ...headers, "x-forwarded-for": "10.0.0.1" })).toBe(403);
    expect(await status(`${path.replace("default", "other")}?audience=app`, headers)).toBe(404);
    expect(await status(path, headers)).toBe(400);
  });
});

describe("Azure's instance metadata", () => {
  const path = "/metadata/identity/oauth2/token?api-version=2018-02-01";
  const headers = { metadata: "true" };

  test("answers a token with its times as texts", async () => {
    const clock = createFakeClock();
    const issuer = await startIssuer({ clock, algorithm: "ES256" });
    const clientId = "00000000-0000-0000-0000-00000000abcd";
    const body = await json(`${issuer.url}${path}&resource=api%3A%2F%2Faws&client_id=${clientId}`, { headers });
    const expiresOn = clock.now() / 1000 + 86_400;
    expect(body).toMatchObject({ expires_on: String(expiresOn), resource: "api://aws", client_id: clientId });
    const claims = decodeJwt(String(body["access_token"]));
    expect(claims).toMatchObject({ aud: "api://aws", appid: clientId, exp: expiresOn });
  });

  test.each([
    ["no header", "&resource=app", {}, "bad_request_102"],
    ["a forwarded request", "&resource=app", { ...headers, "x-forwarded-for": "10.0.0.1" }, "bad_request"],
    ["no resource", "", headers, "invalid_request"],
    ["an identity that is none", "&resource=app&client_id=me", headers, "invalid_request"],
  ])("refuses %s", async (...[, query, sent, error]) => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    const answer = await fetch(`${issuer.url}${path}${query}`, { headers: sent as Record<string, string> });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error });
  });
});

describe("an outage", () => {
  test("breaks one endpoint or all, until it ends", async () => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    const status = async (path: string) => (await fetch(`${issuer.url}${path}`)).status;
    issuer.setOutage("error", "jwks");
    expect(await status("/jwks")).toBe(503);
    expect(await status("/.well-known/openid-configuration")).toBe(200);
    issuer.setOutage("reset");
    await expect(fetch(`${issuer.url}/jwks`)).rejects.toThrow("fetch failed");
    issuer.setOutage("malformed", "jwks");
    expect(await (await fetch(`${issuer.url}/jwks`)).text()).toContain("<html>");
    issuer.setOutage(undefined);
    expect(await status("/jwks")).toBe(200);
  });

  test("can be silence, which ends with the issuer", async () => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    issuer.setOutage("silence", "discovery");
    const asked = fetch(`${issuer.url}/.well-known/openid-configuration`).catch((error: Error) => error.message);
    while (issuer.count("discovery") === 0) await new Promise((resolve) => setImmediate(resolve));
    await issuer.close();
    expect(await asked).toBe("fetch failed");
  });

  test("of a misspelt kind or endpoint is refused", async () => {
    const issuer = await startIssuer({ algorithm: "ES256" });
    expect(await refusalOf(() => issuer.setOutage("broken" as "reset"))).toContain('"outage" must be one of');
    expect(await refusalOf(() => issuer.setOutage("reset", "keys" as "jwks"))).toContain('"endpoint" must be one of');
  });
});

test("counts what it was asked, without queries", async () => {
  const issuer = await startIssuer({ algorithm: "ES256" });
  await fetch(`${issuer.url}/jwks?x=1`);
  await fetch(issuer.tokenEndpoint, { method: "POST" });
  expect(issuer.requests).toEqual([
    { endpoint: "jwks", method: "GET", path: "/jwks", status: 200 },
    { endpoint: "token", method: "POST", path: "/token", status: 400 },
  ]);
  expect([issuer.count(), issuer.count("jwks")]).toEqual([2, 1]);
  issuer.clearRequests();
  expect(issuer.count()).toBe(0);
});

test("lays a test's options over every endpoint's tokens", async () => {
  const issuer = await startIssuer({ clients: [client] });
  issuer.setEndpointTokens({ expiresInSeconds: -600, claims: { groups: ["a"] }, sign: "wrong-key" });
  const form = { client_id: client.clientId, client_secret: client.clientSecret };
  const { body } = await askToken(issuer, form);
  expect(body["expires_in"]).toBe(-600);
  const token = String(body["access_token"]);
  expect(decodeJwt(token)).toMatchObject({ groups: ["a"], client_id: client.clientId });
  await expect(verified(issuer, token)).rejects.toThrow("signature verification failed");
  issuer.setEndpointTokens(undefined);
  const { body: sound } = await askToken(issuer, form);
  await verified(issuer, String(sound["access_token"]));
});
