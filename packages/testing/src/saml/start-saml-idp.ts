import type { Answer } from "../http/answer.js";
import { startLoopbackServer } from "../http/loopback-server.js";
import { parseQuery } from "../http/query-string.js";
import type { RawRequest } from "../http/raw-request.js";
import { constantTimeEqual } from "../sigv4/constant-time-equal.js";
import { checkStartIdpOptions } from "./check-saml-options.js";
import { createIdp } from "./create-saml-idp.js";
import type { SamlIdp, SamlUser, StartedSamlIdp, StartSamlIdpOptions } from "./saml-idp.js";
import { postToAwsPage, signInPage } from "./sign-on-pages.js";

interface Front {
  readonly users: readonly SamlUser[];
  /** Known once the server listens. */
  idp?: SamlIdp;
  signIns: number;
}

/**
 * Starts a SAML identity provider on 127.0.0.1, with the pages where people sign in.
 *
 * @throws {TypeError} when an option is unknown or out of bounds. An `Error` of `node:net` when the port is taken.
 */
export async function startSamlIdp(options: StartSamlIdpOptions = {}): Promise<StartedSamlIdp> {
  checkStartIdpOptions("", options);
  const front: Front = { users: options.users ?? [], signIns: 0 };
  const server = await startLoopbackServer({
    port: options.port ?? 0,
    clock: options.clock ?? { now: () => Date.now() },
    handle: async (request) => answer(request, front),
  });
  const url = `http://127.0.0.1:${server.port}`;
  const signOnUrl = `${url}/sso`;
  const idp = createIdp(options, { entityId: options.entityId ?? `${url}/metadata`, signOnUrl });
  front.idp = idp;
  const close = (): Promise<void> => server.close();
  return {
    ...idp,
    url,
    port: server.port,
    signOnUrl,
    get signIns() {
      return front.signIns;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function answer(request: RawRequest, front: Front): Answer {
  const { path, method } = request;
  const { idp } = front;
  if (path === "/metadata" && idp !== undefined) return reply(200, idp.metadata, "application/samlmetadata+xml");
  if (path !== "/sso" || idp === undefined) return html(404, signInPage("There is no such page."));
  if (method === "GET") return html(200, signInPage());
  if (method !== "POST") return html(405, signInPage("This page takes GET and POST."));
  const form = parseQuery(request.body.toString("latin1"));
  const user = front.users.find((one) => isUser(one, form));
  if (user === undefined) return html(401, signInPage("The username or the password is wrong."));
  front.signIns += 1;
  return html(200, postToAwsPage(idp.assertion({ subject: user.username, ...user.assertion })));
}

function isUser({ username, password }: SamlUser, form: ReadonlyMap<string, string>): boolean {
  return form.get("username") === username && constantTimeEqual(form.get("password") ?? "", password);
}

function html(status: number, body: string): Answer {
  return reply(status, body, "text/html; charset=utf-8");
}

function reply(status: number, body: string, contentType: string): Answer {
  return { status, headers: { "content-type": contentType, "cache-control": "no-store" }, body };
}
