import {
  type CredentialProvider,
  type CredentialsChainError,
  CredentialsDeniedError,
  CredentialsUnavailableError,
  chain,
  createCredentialCache,
  fromAssumeRole,
  fromEnv,
  fromSource,
  fromStatic,
} from "evercred";
import { describe, expect, it } from "vitest";
import { internalsOf } from "../../src/cache/provider-internals.js";

const KEYS = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const OTHER = { accessKeyId: "AKIAI44QH8DHBEXAMPLE", secretAccessKey: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY" };

function failing(name: string, error: Error): CredentialProvider {
  return fromSource({ name, key: {}, load: () => Promise.reject(error), cache: createCredentialCache() });
}

const unavailable = (name: string) => failing(name, new CredentialsUnavailableError(`no ${name} here`));

describe("chain", () => {
  it("answers the first link's credentials, and asks no other", async () => {
    const never = failing("never", new Error("asked"));
    expect(await chain(fromStatic(KEYS), never)()).toMatchObject(KEYS);
  });

  it("passes over links that are not configured, and says so in its status", async () => {
    const provider = chain(unavailable("one"), fromEnv({ env: {} }), fromStatic(KEYS));
    expect(provider.status()).toMatchObject({ phase: "empty", origin: [] });
    expect(await provider()).toMatchObject(KEYS);
    expect(provider.status()).toMatchObject({
      phase: "valid",
      accessKeyId: KEYS.accessKeyId,
      origin: ["static", "one: ERR_CREDENTIALS_UNAVAILABLE", "environment: ERR_CREDENTIALS_UNAVAILABLE"],
    });
  });

  it("stops at a link that is configured and fails, with that link's own error", async () => {
    const denied = new CredentialsDeniedError("no", { serviceCode: "AccessDenied", operation: "AssumeRole" });
    await expect(chain(failing("broken", denied), fromStatic(KEYS))()).rejects.toBe(denied);
    await expect(
      chain(fromEnv({ env: { AWS_ACCESS_KEY_ID: KEYS.accessKeyId } }), fromStatic(KEYS))(),
    ).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
    });
  });

  it("tells of every link why it has none, a line each", async () => {
    const error = await chain(unavailable("one"), fromEnv({ env: {} }))().catch(
      (cause: unknown) => cause as CredentialsChainError,
    );
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CHAIN", tryNextLink: true });
    const { message, errors } = error as CredentialsChainError;
    expect(errors.map(({ code }) => code)).toEqual(Array(2).fill("ERR_CREDENTIALS_UNAVAILABLE"));
    expect(message).toMatch(
      /None of the 2 providers has credentials:\n {2}1\. one: no one here\n {2}2\. environment: .*AWS_ACCESS_KEY_ID/,
    );
    expect(message.match(/https:/g)).toHaveLength(1);
  });

  it("keeps to the link that worked, and starts again from the top when that becomes unavailable", async () => {
    const env: Record<string, string> = {};
    const second: Record<string, string> = {
      AWS_ACCESS_KEY_ID: OTHER.accessKeyId,
      AWS_SECRET_ACCESS_KEY: OTHER.secretAccessKey,
    };
    const provider = chain(fromEnv({ env }), fromEnv({ env: second }), fromStatic(KEYS));
    expect(await provider()).toMatchObject(OTHER);
    Object.assign(env, { AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey });
    expect(await provider()).toMatchObject(OTHER);
    delete second["AWS_ACCESS_KEY_ID"];
    delete second["AWS_SECRET_ACCESS_KEY"];
    expect(await provider()).toMatchObject(KEYS);
  });

  it("gives the link's own cached promise once it is known to be good: no allocation a call", async () => {
    const provider = chain(fromEnv({ env: {} }), fromStatic(KEYS));
    await provider();
    await provider();
    expect(provider()).toBe(provider());
  });

  it("passes requests and rejections on to the link that works", async () => {
    let loads = 0;
    const link = fromSource({
      name: "counted",
      key: {},
      cache: createCredentialCache(),
      load: async () => {
        loads += 1;
        return KEYS;
      },
    });
    const provider = chain(fromEnv({ env: {} }), link);
    await provider();
    provider.invalidate({ accessKeyId: KEYS.accessKeyId });
    await provider();
    await provider({ forceRefresh: true });
    expect(loads).toBe(3);
  });

  it("adopts the SDK's providers, and goes on where they say so", async () => {
    const sdk = async () => {
      throw Object.assign(new Error("Could not find it"), { name: "CredentialsProviderError", tryNextLink: true });
    };
    expect(await chain(sdk, fromStatic(KEYS))()).toMatchObject(KEYS);
  });

  it("may be a link of a chain", async () => {
    expect(await chain(chain(fromEnv({ env: {} })), fromStatic(KEYS))()).toMatchObject(KEYS);
  });

  it("signs as the link that answers, however it is found", () => {
    const keyOf = (provider: CredentialProvider) => internalsOf(provider)?.key();
    const env = fromEnv({ env: { AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey } });
    expect(keyOf(chain(fromEnv({ env: {} }), env, fromStatic(OTHER)))).toEqual(keyOf(fromStatic(KEYS)));
    expect(keyOf(chain(unavailable("one"), env))).not.toEqual(keyOf(env));
  });

  it("signs as the link it keeps to, also when one before it has credentials by now", async () => {
    const keyOf = (provider: CredentialProvider) => internalsOf(provider)?.key();
    const env: Record<string, string> = {};
    const second: Record<string, string> = {
      AWS_ACCESS_KEY_ID: OTHER.accessKeyId,
      AWS_SECRET_ACCESS_KEY: OTHER.secretAccessKey,
    };
    const provider = chain(fromEnv({ env }), fromEnv({ env: second }), fromStatic({ ...OTHER, sessionToken: "x" }));
    await provider();
    Object.assign(env, { AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey });
    expect(keyOf(provider)).toEqual(keyOf(fromStatic(OTHER)));
    // The link it kept to is gone: the chain will start again from the top.
    delete second["AWS_ACCESS_KEY_ID"];
    delete second["AWS_SECRET_ACCESS_KEY"];
    expect(keyOf(provider)).toEqual(keyOf(fromStatic(KEYS)));
  });

  it("is a role's session where every link is: the hour of chained roles is explained", () => {
    const role = fromAssumeRole({ roleArn: "arn:aws:iam::123456789012:role/base" });
    const leaf = (source: CredentialProvider) =>
      fromAssumeRole({ roleArn: "arn:aws:iam::123456789012:role/leaf", source, durationSeconds: 7200 });
    expect(() => leaf(chain(role))).toThrow(/one hour/);
    expect(() => leaf(chain(fromStatic(KEYS), role))).not.toThrow();
  });

  it("needs a link, and every link to be a function", () => {
    expect(() => chain()).toThrow(/at least one provider/);
    expect(() => chain(fromStatic(KEYS), KEYS as never)).toThrow(/its link 2 is a value of type object.*fromStatic/);
    expect(() => chain([fromStatic(KEYS)] as never)).toThrow(/its link 1 is an array. Spread the list/);
  });
});
