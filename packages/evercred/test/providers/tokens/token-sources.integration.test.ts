import { startOidcIssuer } from "@evercred/testing";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { describe, expect, it, onTestFinished } from "vitest";
import { azureManagedIdentityToken } from "../../../src/providers/tokens/azure-managed-identity-token.js";
import { githubActionsToken } from "../../../src/providers/tokens/github-actions-token.js";
import { googleIdentityToken } from "../../../src/providers/tokens/google-identity-token.js";
import { oidcClientCredentials } from "../../../src/providers/tokens/oidc-client-credentials.js";
import type { WebIdentityTokenSource } from "../../../src/providers/tokens/token-source.js";
import { failureOf } from "../../support/outcome.js";
import { tokenRequest } from "../../support/token-server.js";

const AUDIENCE = "sts.amazonaws.com";
const CLIENT = { clientId: "deploy bot", clientSecret: "s:e c/r+e%t" };

async function issuer() {
  const started = await startOidcIssuer({ clients: [CLIENT] });
  onTestFinished(() => started.close());
  const { url } = started;
  const sources = {
    github: githubActionsToken({ env: started.githubEnv }),
    google: googleIdentityToken({ audience: AUDIENCE, endpoint: url }),
    azure: azureManagedIdentityToken({ resource: AUDIENCE, endpoint: url }),
    token: oidcClientCredentials({ ...CLIENT, issuer: url, audience: AUDIENCE }),
  };
  return { started, url, sources };
}

const read = (source: WebIdentityTokenSource) => Promise.resolve(source(tokenRequest()));
const PLACES = ["github", "google", "azure", "token"] as const;

describe("the issuer of @evercred/testing", () => {
  it.each(PLACES)("gives a token with a good signature for the audience: %s", async (place) => {
    const { url, sources } = await issuer();
    const document = await fetch(`${url}/.well-known/openid-configuration`).then((answer) => answer.json());
    const keys = createRemoteJWKSet(new URL((document as { jwks_uri: string }).jwks_uri));
    const { payload } = await jwtVerify(await read(sources[place]), keys, { issuer: url, audience: AUDIENCE });
    expect(payload.sub).toBeTruthy();
  });

  it.each(PLACES)("is asked again after a reset and an error, and named when a page comes: %s", async (place) => {
    const { started, sources } = await issuer();
    started.setOutage("error", place);
    expect(await failureOf(read(sources[place]))).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    started.setOutage("reset", place);
    expect(await failureOf(read(sources[place]))).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(started.count(place)).toBe(6);
    started.setOutage("malformed", place);
    expect((await failureOf(read(sources[place]))).message).toMatch(/text\/html|another server/);
  });

  it.each(["client_secret_basic", "client_secret_post"] as const)("takes a client by %s", async (authentication) => {
    const { url } = await issuer();
    expect(await read(oidcClientCredentials({ ...CLIENT, issuer: url, authentication }))).toMatch(/^eyJ/);
    const wrong = oidcClientCredentials({ ...CLIENT, clientSecret: "wrong", issuer: url, authentication });
    expect(await failureOf(read(wrong))).toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: "invalid_client",
    });
  });

  it("refuses a job with another token", async () => {
    const { started } = await issuer();
    const env = { ...started.githubEnv, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "another" };
    const error = await failureOf(read(githubActionsToken({ env })));
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_DENIED", serviceCode: "401" });
    expect(error.message).toContain("refused with 401 (Unauthorized). Give the job");
  });

  it("knows no other service account and no other identity", async () => {
    const { url } = await issuer();
    const account = googleIdentityToken({ audience: AUDIENCE, serviceAccount: "no@such.example", endpoint: url });
    expect(await failureOf(read(account))).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    const identity = azureManagedIdentityToken({ resource: AUDIENCE, clientId: "nobody", endpoint: url });
    expect((await failureOf(read(identity))).message).toContain("(invalid_request: Identity not found)");
  });

  it("is out of reach once it is closed", async () => {
    const { started, sources } = await issuer();
    await started.close();
    const error = await failureOf(read(sources.token));
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
    expect(error.message).toContain("could not be reached: ECONNREFUSED after 3 attempts");
  });
});
