import { expect, onTestFinished, test } from "vitest";
import { createFakeClock, type StartSamlIdpOptions, startSamlIdp } from "../../src/index.js";
import { verifySamlAssertion } from "../../src/saml/verify-saml-assertion.js";
import { refusalOf } from "../refusal.js";
import { sendWire } from "../wire.js";
import { pair, providerOf } from "./saml-fixture.js";

const user = { username: "alice", password: "EXAMPLE&PASSWORD", assertion: { roles: [pair] } };

async function start(options: StartSamlIdpOptions = {}) {
  const idp = await startSamlIdp({ users: [user], ...options });
  onTestFinished(() => idp.close());
  const signIn = (username: string, password: string) =>
    fetch(idp.signOnUrl, { method: "POST", body: new URLSearchParams({ username, password }) });
  return { idp, signIn };
}

test("gives whoever signs in the form that goes on to AWS", async () => {
  const clock = createFakeClock();
  const { idp, signIn } = await start({ clock });
  const answer = await signIn("alice", "EXAMPLE&PASSWORD");
  const page = await answer.text();
  expect(answer.status).toBe(200);
  expect(page).toContain('<form method="post" action="https://signin.aws.amazon.com/saml">');
  const [, samlResponse = ""] = /name="SAMLResponse" value="([^"]+)"/.exec(page) ?? [];
  expect(verifySamlAssertion(samlResponse, providerOf(idp), clock).subject).toBe("alice");
  expect(idp.signIns).toBe(1);
});

test("shows a form to sign in, and refuses a wrong password and an unknown user", async () => {
  const { idp, signIn } = await start();
  expect(await (await fetch(idp.signOnUrl)).text()).toContain('<form method="post" action="/sso">');
  for (const answer of [
    await signIn("alice", "other"),
    await signIn("bob", "EXAMPLE&PASSWORD"),
    await signIn("", ""),
  ]) {
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain("SAMLResponse");
  }
  expect(idp.signIns).toBe(0);
});

test("serves its metadata, and no other page, method or name", async () => {
  const { idp } = await start();
  expect(await (await fetch(idp.entityId)).text()).toBe(idp.metadata);
  expect(idp.metadata).toContain(`Location="${idp.signOnUrl}"`);
  expect((await fetch(`${idp.url}/other`)).status).toBe(404);
  expect((await fetch(idp.signOnUrl, { method: "PUT" })).status).toBe(405);
  const headers = { host: `idp.example:${idp.port}` };
  expect((await sendWire(idp.port, { method: "GET", target: "/sso", headers, body: "" })).status).toBe(421);
});

test("shows no password", async () => {
  const { idp } = await start();
  expect(JSON.stringify(idp)).not.toContain(user.password);
});

test.each([
  [{ users: [{ ...user, password: "" }] }, '"users[0].password" must be a non-empty string; got an empty string'],
  [{ users: [{ ...user, assertion: {} }] }, '"users[0].assertion.roles" must be'],
  [{ port: 70_000 }, '"port" must be'],
])("refuses options %o", async (options, message) => {
  expect(await refusalOf(() => startSamlIdp(options as StartSamlIdpOptions))).toContain(message);
});
