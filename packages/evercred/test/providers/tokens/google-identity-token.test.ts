import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type GoogleIdentityTokenOptions,
  googleIdentityToken,
} from "../../../src/providers/tokens/google-identity-token.js";
import { tokenSourceInternals } from "../../../src/providers/tokens/token-source.js";
import { failureOf } from "../../support/outcome.js";
import { startTokenServer, tokenRequest } from "../../support/token-server.js";

const JWT = "eyJh.eyJz.c2ln";
const headers = { "metadata-flavor": "Google" };
const good = { body: JWT, type: "text/html", headers };

const read = (options: Partial<GoogleIdentityTokenOptions> = {}) =>
  Promise.resolve(googleIdentityToken({ audience: "sts.amazonaws.com", ...options })(tokenRequest()));
const keyOf = (options: Partial<GoogleIdentityTokenOptions> = {}) =>
  tokenSourceInternals(googleIdentityToken({ audience: "sts.amazonaws.com", ...options }))?.key();

function nothingThere(code: string) {
  const cause = Object.assign(new Error(`getaddrinfo ${code}`), { code });
  const fetched = vi.fn((_url: URL) => Promise.reject(new TypeError("fetch failed", { cause })));
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

beforeEach(() => void vi.stubEnv("GCE_METADATA_HOST", ""));

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe("googleIdentityToken", () => {
  it("asks the metadata server as Google says", async () => {
    const server = await startTokenServer(good);
    expect(await read({ endpoint: `${server.url}/`, audience: "https://a?b&c" })).toBe(JWT);
    expect(server.requests).toMatchObject([
      {
        method: "GET",
        url: "/computeMetadata/v1/instance/service-accounts/default/identity?audience=https%3A%2F%2Fa%3Fb%26c&format=full",
        headers,
      },
    ]);
  });

  it("asks for a service account by its address", async () => {
    const server = await startTokenServer(good);
    await read({ endpoint: server.url, serviceAccount: "ci@project.iam.gserviceaccount.com" });
    expect(server.requests[0]?.url).toContain("/service-accounts/ci%40project.iam.gserviceaccount.com/identity?");
  });

  it.each(["", "http://"])("finds its server in GCE_METADATA_HOST, read at each request: %j", async (scheme) => {
    const server = await startTokenServer(good);
    const source = googleIdentityToken({ audience: "sts.amazonaws.com" });
    const before = tokenSourceInternals(source)?.key();
    vi.stubEnv("GCE_METADATA_HOST", `${scheme}${server.url.slice("http://".length)}`);
    expect(await source(tokenRequest())).toBe(JWT);
    expect(tokenSourceInternals(source)?.key()).not.toEqual(before);
  });

  it("asks `endpoint` whatever GCE_METADATA_HOST says", async () => {
    const [named, other] = [await startTokenServer(good), await startTokenServer(good)];
    vi.stubEnv("GCE_METADATA_HOST", other.url);
    await read({ endpoint: named.url });
    expect([named.requests.length, other.requests.length]).toEqual([1, 0]);
  });

  it.each(["ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"])(
    "is not available where there is no such host: %s",
    async (code) => {
      const fetched = nothingThere(code);
      const error = await failureOf(read());
      expect(error.code).toBe("ERR_CREDENTIALS_UNAVAILABLE");
      expect(error.message).toContain(`does not exist here (${code}). This is not on Google Cloud`);
      expect(fetched).toHaveBeenCalledTimes(3);
      expect(fetched.mock.calls[0]?.[0].origin).toBe("http://metadata.google.internal");
    },
  );

  it.each([
    { code: "ENOTFOUND", host: "metadata.example", message: "from GCE_METADATA_HOST" },
    { code: "ENOTFOUND", endpoint: "http://metadata.example", message: "from `endpoint`" },
    { code: "ECONNREFUSED", message: "ECONNREFUSED after 3 attempts" },
  ])("does not go on past a server that somebody named, or that is down: %#", async (given) => {
    const { code, host = "", endpoint, message } = given;
    nothingThere(code);
    vi.stubEnv("GCE_METADATA_HOST", host);
    const error = await failureOf(read({ endpoint }));
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT", message: expect.stringContaining(message) });
  });

  it("takes a named server without the header Metadata-Flavor for another one", async () => {
    const server = await startTokenServer({ body: JWT });
    const error = await failureOf(read({ endpoint: server.url }));
    expect(error.code).toBe("ERR_CREDENTIALS_CONFIG");
    expect(error.message).toContain(
      "without the header Metadata-Flavor: Google: it is another server. Mend `endpoint`.",
    );
  });

  it("is not available where a network answers for every name", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("<html>", { status: 200 })));
    const error = await failureOf(read());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_UNAVAILABLE" });
    expect(error.message).toContain("it is another server. This is not on Google Cloud");
  });

  it("names the service account that does not exist", async () => {
    const server = await startTokenServer({ status: 404, headers, body: "<html>", type: "text/html" });
    const error = await failureOf(read({ endpoint: server.url, serviceAccount: "ci@x.iam.gserviceaccount.com" }));
    expect(error.code).toBe("ERR_CREDENTIALS_CONFIG");
    expect(error.message).toContain("the service account ci@x.iam.gserviceaccount.com exists");
  });

  it("stops at a GCE_METADATA_HOST that is none", async () => {
    vi.stubEnv("GCE_METADATA_HOST", "a b");
    expect(await failureOf(read())).toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("`GCE_METADATA_HOST` must be a URL"),
    });
  });

  it.each([
    [{ audiance: "x" }, "Did you mean `audience`?"],
    [{}, "`audience` must be a string; got undefined."],
    [{ audience: "x", serviceAccount: ".." }, "`serviceAccount` must be made of"],
    [{ audience: "x", serviceAccount: "a/b" }, "`serviceAccount` must be made of"],
    [{ audience: "x", endpoint: "metadata" }, "`endpoint` must be a URL"],
  ])("refuses options that are wrong: %#", (options, message) => {
    expect(() => googleIdentityToken(options as unknown as GoogleIdentityTokenOptions)).toThrow(message);
  });

  it("has equal keys for equal options", () => {
    expect(keyOf()).toEqual(keyOf({ serviceAccount: "default", endpoint: "http://metadata.google.internal/" }));
    expect(keyOf()).not.toEqual(keyOf({ serviceAccount: "ci@x.iam.gserviceaccount.com" }));
    expect(keyOf()).not.toEqual(keyOf({ audience: "other" }));
  });
});
