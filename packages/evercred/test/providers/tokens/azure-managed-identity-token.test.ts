import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type AzureManagedIdentityTokenOptions,
  azureManagedIdentityToken,
} from "../../../src/providers/tokens/azure-managed-identity-token.js";
import { tokenSourceInternals } from "../../../src/providers/tokens/token-source.js";
import { failureOf } from "../../support/outcome.js";
import { startTokenServer, tokenRequest } from "../../support/token-server.js";

const JWT = "eyJh.eyJz.c2ln";
const HEADER = "853b9a84-5bfa-4b22-a3f3-0b9a43d9ad8a";
const good = { body: { access_token: JWT, expires_on: "1", token_type: "Bearer" } };

const read = (options: Partial<AzureManagedIdentityTokenOptions> = {}) =>
  Promise.resolve(azureManagedIdentityToken({ resource: "api://aws", ...options })(tokenRequest()));
const keyOf = (options: Partial<AzureManagedIdentityTokenOptions> = {}) =>
  tokenSourceInternals(azureManagedIdentityToken({ resource: "api://aws", ...options }))?.key();

beforeEach(() => {
  for (const name of ["IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IMDS_ENDPOINT", "IDENTITY_SERVER_THUMBPRINT"]) {
    vi.stubEnv(name, "");
  }
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe("azureManagedIdentityToken", () => {
  it("asks the Instance Metadata Service", async () => {
    const server = await startTokenServer(good);
    expect(await read({ endpoint: `${server.url}/`, clientId: "a&b" })).toBe(JWT);
    expect(server.requests).toMatchObject([
      {
        method: "GET",
        url: "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=api%3A%2F%2Faws&client_id=a%26b",
        headers: { metadata: "true" },
      },
    ]);
    expect(server.requests[0]?.headers).not.toHaveProperty("x-identity-header");
  });

  it.each([404, 410])("outlives a service that is being set up: %i", async (status) => {
    const server = await startTokenServer({ status }, good);
    expect(await read({ endpoint: server.url })).toBe(JWT);
  });

  it("asks App Service where both its variables are set, read at each request", async () => {
    const server = await startTokenServer(good);
    const source = azureManagedIdentityToken({ resource: "api://aws" });
    const before = tokenSourceInternals(source)?.key();
    vi.stubEnv("IDENTITY_ENDPOINT", `${server.url}/msi/token`);
    vi.stubEnv("IDENTITY_HEADER", HEADER);
    expect(await source(tokenRequest())).toBe(JWT);
    expect(server.requests).toMatchObject([
      {
        url: "/msi/token?api-version=2019-08-01&resource=api%3A%2F%2Faws",
        headers: { "x-identity-header": HEADER },
      },
    ]);
    expect(server.requests[0]?.headers).not.toHaveProperty("metadata");
    expect(tokenSourceInternals(source)?.key()).toEqual(before);
    expect(inspect(tokenSourceInternals(source)?.key())).not.toContain(HEADER);
  });

  it("asks `endpoint` whatever the variables say", async () => {
    const server = await startTokenServer(good);
    vi.stubEnv("IDENTITY_ENDPOINT", "http://127.0.0.1:1");
    await read({ endpoint: server.url });
    vi.stubEnv("IDENTITY_HEADER", HEADER);
    await read({ endpoint: server.url });
    expect(server.requests.map(({ headers }) => headers["metadata"])).toEqual(["true", "true"]);
  });

  it("keeps the header of App Service out of a refusal that quotes it", async () => {
    const server = await startTokenServer({ status: 401, body: { error: { code: "Unauthorized", message: HEADER } } });
    vi.stubEnv("IDENTITY_ENDPOINT", `${server.url}/msi/token`);
    vi.stubEnv("IDENTITY_HEADER", HEADER);
    const error = await failureOf(read());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_DENIED", serviceCode: "401" });
    expect(error.message).toContain("refused with 401 (Unauthorized: ***).");
    expect(inspect(error, { showHidden: true })).not.toContain(HEADER);
  });

  it.each([
    [{ IDENTITY_ENDPOINT: "http://127.0.0.1:1" }, "IDENTITY_ENDPOINT is set and IDENTITY_HEADER is not"],
    [{ IDENTITY_HEADER: HEADER }, "IDENTITY_HEADER is set and IDENTITY_ENDPOINT is not"],
    [{ IDENTITY_ENDPOINT: "here", IDENTITY_HEADER: HEADER }, "`IDENTITY_ENDPOINT` must be a URL"],
    [
      { IDENTITY_ENDPOINT: "http://127.0.0.1:1", IDENTITY_HEADER: `${HEADER}\n\u0100` },
      "IDENTITY_HEADER must be made of",
    ],
    [{ IDENTITY_ENDPOINT: "http://127.0.0.1:1", IMDS_ENDPOINT: "http://127.0.0.1:1" }, "this is Azure Arc"],
    [
      { IDENTITY_ENDPOINT: "https://127.0.0.1:1", IDENTITY_HEADER: HEADER, IDENTITY_SERVER_THUMBPRINT: "a" },
      "this is Azure Service Fabric",
    ],
  ])("stops at what is half configured or not supported: %#", async (env, message) => {
    for (const [name, value] of Object.entries(env)) {
      vi.stubEnv(name, value);
    }
    const error = await failureOf(read());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(message) });
    expect(inspect(error, { showHidden: true })).not.toContain(HEADER);
  });

  it("is not available where nothing has the address of the service", async () => {
    const cause = Object.assign(new Error("connect"), { code: "EHOSTUNREACH" });
    const fetched = vi.fn((_url: URL) => Promise.reject(new TypeError("fetch failed", { cause })));
    vi.stubGlobal("fetch", fetched);
    const error = await failureOf(read());
    expect(error.code).toBe("ERR_CREDENTIALS_UNAVAILABLE");
    expect(error.message).toContain("This is not on Azure");
    expect(fetched.mock.calls[0]?.[0].origin).toBe("http://169.254.169.254");
    const named = await failureOf(read({ endpoint: "http://imds.example" }));
    expect(named.code).toBe("ERR_CREDENTIALS_TRANSIENT");
  });

  it("says what Azure says of an identity that is not there", async () => {
    const body = { error: "invalid_request", error_description: "Identity not found" };
    const server = await startTokenServer({ status: 400, body });
    const error = await failureOf(read({ endpoint: server.url, clientId: "nobody" }));
    expect(error.code).toBe("ERR_CREDENTIALS_CONFIG");
    expect(error.message).toContain("found the request wrong: 400 (invalid_request: Identity not found). Check that");
  });

  it.each([
    [{ resouce: "x" }, "Did you mean `resource`?"],
    [{}, "`resource` must be a string; got undefined."],
    [{ resource: "x", clientId: "" }, "`clientId` must have 1 to 2048 characters; got 0."],
    [{ resource: "x", endpoint: 7 }, "`endpoint` must be a URL"],
  ])("refuses options that are wrong: %#", (options, message) => {
    expect(() => azureManagedIdentityToken(options as unknown as AzureManagedIdentityTokenOptions)).toThrow(message);
  });

  it("has equal keys for equal options", () => {
    expect(keyOf()).toEqual(keyOf());
    const others = [
      keyOf({ resource: "api://b" }),
      keyOf({ clientId: "a" }),
      keyOf({ endpoint: "http://imds" }),
      keyOf(),
    ];
    expect(new Set(others.map((key) => JSON.stringify(key))).size).toBe(4);
  });
});
