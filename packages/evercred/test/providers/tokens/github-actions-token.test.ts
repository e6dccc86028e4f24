import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { hashKey } from "../../../src/cache/cache-key.js";
import {
  type GithubActionsTokenOptions,
  githubActionsToken,
} from "../../../src/providers/tokens/github-actions-token.js";
import { tokenSourceInternals } from "../../../src/providers/tokens/token-source.js";
import { failureOf } from "../../support/outcome.js";
import { startTokenServer, tokenRequest } from "../../support/token-server.js";

const URL_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_URL";
const TOKEN_VARIABLE = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
const BEARER = "runner-bearer";
const JWT = "eyJh.eyJz.c2ln";

const job = (url: string, token = BEARER) => ({ [URL_VARIABLE]: url, [TOKEN_VARIABLE]: token });
const keyOf = (options: GithubActionsTokenOptions) =>
  hashKey(tokenSourceInternals(githubActionsToken(options))?.key() ?? {});
const failureIn = (env: Record<string, string>) =>
  failureOf(Promise.resolve(githubActionsToken({ env })(tokenRequest())));

describe("githubActionsToken", () => {
  it("asks the runner with its token and for the audience", async () => {
    const server = await startTokenServer({ body: { count: 1, value: JWT } });
    const env = job(`${server.url}/idtoken/1?api-version=2.0&sub=a%20b`);
    expect(await githubActionsToken({ audience: "https://a?b&c", env })(tokenRequest())).toBe(JWT);
    expect(server.requests).toMatchObject([
      {
        method: "GET",
        url: "/idtoken/1?api-version=2.0&sub=a%20b&audience=https%3A%2F%2Fa%3Fb%26c",
        headers: { authorization: `bearer ${BEARER}`, accept: "application/json" },
      },
    ]);
  });

  it("asks for sts.amazonaws.com when nothing is said, also where the address has no query", async () => {
    const server = await startTokenServer({ body: { value: JWT } });
    await githubActionsToken({ env: job(`${server.url}/idtoken`) })(tokenRequest());
    expect(server.requests[0]?.url).toBe("/idtoken?audience=sts.amazonaws.com");
  });

  it("reads the variables at each request", async () => {
    const server = await startTokenServer({ body: { value: JWT } });
    const env: Record<string, string> = {};
    const source = githubActionsToken({ env });
    await expect(source(tokenRequest())).rejects.toMatchObject({ code: "ERR_CREDENTIALS_UNAVAILABLE" });
    Object.assign(env, job(server.url));
    expect(await source(tokenRequest())).toBe(JWT);
  });

  it.each([{}, job(" ", "")])("is not available where neither variable is set", async (env) => {
    const error = await failureIn(env);
    expect(error.code).toBe("ERR_CREDENTIALS_UNAVAILABLE");
    for (const part of [URL_VARIABLE, TOKEN_VARIABLE, "permissions: id-token: write"]) {
      expect(error.message).toContain(part);
    }
  });

  it.each([
    [job("https://runner.example", ""), `${URL_VARIABLE} is set and ${TOKEN_VARIABLE} is not`],
    [job("", BEARER), `${TOKEN_VARIABLE} is set and ${URL_VARIABLE} is not`],
    [job("runner.example"), `\`${URL_VARIABLE}\` must be a URL`],
    [job("http://runner.example/"), `\`${URL_VARIABLE}\` must begin with https://`],
    [job(`https://user:${BEARER}@runner.example/`), `\`${URL_VARIABLE}\` must not hold a user name or a password`],
    [job("https://runner.example/#a"), `\`${URL_VARIABLE}\` must not have a fragment`],
    [job("https://runner.example/", `${BEARER}\r\nx: y`), `${TOKEN_VARIABLE} must be made of printable ASCII`],
    [job("https://runner.example/", `${BEARER}\u0100`), `${TOKEN_VARIABLE} must be made of printable ASCII`],
  ])("stops at what is half configured or broken: %#", async (env, message) => {
    const error = await failureIn(env);
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(message) });
    expect(inspect(error, { showHidden: true })).not.toContain(BEARER);
  });

  it.each([
    [{ audiance: "x" }, "githubActionsToken has no option `audiance`. Did you mean `audience`?"],
    [{ audience: "" }, "`audience` must have 1 to 255 characters; got 0."],
    [{ audience: 7 }, "`audience` must be a string"],
    [{ env: "HOME" }, "`env` must be an object"],
    [null, "The options of githubActionsToken must be an object"],
  ])("refuses options that are wrong: %#", (options, message) => {
    expect(() => githubActionsToken(options as GithubActionsTokenOptions)).toThrow(message);
  });

  it("has one key for one job and audience, without a secret", () => {
    const env = job("https://runner.example/a");
    const one = keyOf({ audience: "x", env });
    expect(keyOf({ audience: "x", env: { ...env } })).toBe(one);
    expect(keyOf({ env })).toBe(keyOf({ audience: "sts.amazonaws.com", env }));
    const others = [{ env }, { audience: "y", env }, { audience: "x", env: job("https://runner.example/b") }];
    const keys = [...others, { audience: "x", env: job("https://runner.example/a", "other") }].map(keyOf);
    expect(new Set([one, ...keys]).size).toBe(5);
    const internals = tokenSourceInternals(githubActionsToken({ env }));
    expect(inspect(internals?.key(), { depth: 10 })).not.toContain(BEARER);
    expect(internals?.name).toBe("GitHub Actions token");
  });

  it("has no key where the variables are gone, so that what is in hand is not taken for another's", () => {
    expect(() => keyOf({ env: {} })).toThrow(expect.objectContaining({ code: "ERR_CREDENTIALS_UNAVAILABLE" }));
    expect(() => keyOf({ env: job("", BEARER) })).toThrow(expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }));
  });
});
