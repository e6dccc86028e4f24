import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createFakeClock } from "../../src/index.js";
import { createProviderKeys } from "../../src/oidc/provider-keys.js";
import { startIssuer } from "./issuer-fixture.js";

const clock = createFakeClock();
const bounds = { timeoutMs: 5000, maxBytes: 10_000 };
const unreachable = { code: "IDPCommunicationError" };
const useless = { code: "InvalidIdentityToken", message: expect.stringContaining("Couldn't retrieve") };

/** An identity provider that answers as a test says; `%` in its answers stands for its own address. */
async function serve(pages: Readonly<Record<string, { status?: number; body?: string; location?: string }>>) {
  const server = createServer((request, response) => {
    const { status = 200, body = "", location } = pages[request.url ?? ""] ?? { status: 404 };
    response.writeHead(status, location === undefined ? {} : { location }).end(body.replaceAll("%", url()));
  });
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return url();
}

const discovery = "/.well-known/openid-configuration";
const sound = '{"issuer":"%","jwks_uri":"%/jwks"}';

test("waits for a silent provider no longer than it may", async () => {
  const issuer = await startIssuer({ algorithm: "ES256" });
  issuer.setOutage("silence");
  const keys = createProviderKeys(clock, { ...bounds, timeoutMs: 20 });
  await expect(keys.keysOf(issuer.issuer)).rejects.toMatchObject(unreachable);
});

test("reads no more than it may", async () => {
  const issuer = await serve({
    [discovery]: { body: sound },
    "/jwks": { body: `{"keys":[],"x":"${"x".repeat(10_000)}"}` },
  });
  await expect(createProviderKeys(clock, bounds).keysOf(issuer)).rejects.toMatchObject(useless);
});

test.each([
  [
    "another issuer",
    { [discovery]: { body: '{"issuer":"%/other","jwks_uri":"%/jwks"}' }, "/jwks": { body: '{"keys":[]}' } },
  ],
  ["no keys", { [discovery]: { body: '{"issuer":"%"}' } }],
  ["null", { [discovery]: { body: "null" } }],
  ["keys that are none", { [discovery]: { body: sound }, "/jwks": { body: "[]" } }],
  ["no page", {}],
  ["keys in a file", { [discovery]: { body: '{"issuer":"%","jwks_uri":"file:///etc/hosts"}' } }],
])("takes no key of a provider that names %s", async (_what, pages) => {
  await expect(createProviderKeys(clock, bounds).keysOf(await serve(pages))).rejects.toMatchObject(useless);
});

test("follows no provider away from loopback, neither by redirect nor by jwks_uri", async () => {
  const away = await serve({ [discovery]: { body: '{"issuer":"%","jwks_uri":"https://issuer.example/jwks"}' } });
  await expect(createProviderKeys(clock, bounds).keysOf(away)).rejects.toMatchObject(unreachable);
  const redirect = await serve({ [discovery]: { status: 302, location: "https://issuer.example/" } });
  await expect(createProviderKeys(clock, bounds).keysOf(redirect)).rejects.toMatchObject(unreachable);
});

test("asks again when its clock is set back, and after a failure", async () => {
  const ownClock = createFakeClock();
  const issuer = await startIssuer({ algorithm: "ES256" });
  const keys = createProviderKeys(ownClock, bounds);
  issuer.setOutage("error", "jwks");
  await expect(keys.keysOf(issuer.issuer)).rejects.toMatchObject(unreachable);
  issuer.setOutage(undefined);
  await keys.keysOf(issuer.issuer);
  await keys.keysOf(issuer.issuer);
  expect(issuer.count("discovery")).toBe(2);
  ownClock.step(-1000);
  await keys.keysOf(issuer.issuer);
  expect(issuer.count("discovery")).toBe(3);
});
