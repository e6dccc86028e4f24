import { type EnvOptions, fromAssumeRole, fromEnv } from "evercred";
import { describe, expect, it } from "vitest";
import { internalsOf } from "../../src/cache/provider-internals.js";

const PAIR = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

describe("fromEnv", () => {
  it("reads all six variables", async () => {
    const env = {
      ...PAIR,
      AWS_SESSION_TOKEN: "token",
      AWS_CREDENTIAL_EXPIRATION: "2999-01-01T00:00:00Z",
      AWS_CREDENTIAL_SCOPE: "eu",
      AWS_ACCOUNT_ID: "123456789012",
    };
    expect(await fromEnv({ env })()).toEqual({
      accessKeyId: PAIR.AWS_ACCESS_KEY_ID,
      secretAccessKey: PAIR.AWS_SECRET_ACCESS_KEY,
      sessionToken: "token",
      expiration: new Date("2999-01-01T00:00:00Z"),
      credentialScope: "eu",
      accountId: "123456789012",
      $source: { CREDENTIALS_ENV_VARS: "g" },
    });
  });

  it("reads them again at each call, and gives the same object while they stay", async () => {
    const env = { ...PAIR };
    const provider = fromEnv({ env });
    const first = await provider();
    expect(provider()).toBe(provider());
    env.AWS_ACCESS_KEY_ID = "AKIAI44QH8DHBEXAMPLE";
    expect(await provider()).not.toBe(first);
    expect((await provider()).accessKeyId).toBe("AKIAI44QH8DHBEXAMPLE");
  });

  it("takes a blank variable for one that is not set", async () => {
    const blank = { AWS_ACCESS_KEY_ID: " ", AWS_SECRET_ACCESS_KEY: "" };
    await expect(fromEnv({ env: blank })()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_UNAVAILABLE",
      tryNextLink: true,
    });
    expect(await fromEnv({ env: { ...PAIR, AWS_SESSION_TOKEN: "" } })()).not.toHaveProperty("sessionToken");
  });

  it.each([
    [{ AWS_ACCESS_KEY_ID: PAIR.AWS_ACCESS_KEY_ID }, "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"],
    [
      { AWS_SECRET_ACCESS_KEY: PAIR.AWS_SECRET_ACCESS_KEY },
      "AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not",
    ],
    [{ ...PAIR, AWS_CREDENTIAL_EXPIRATION: "tomorrow" }, "AWS_CREDENTIAL_EXPIRATION must be an ISO 8601 date"],
  ])("stops at what is half configured: %#", async (env, message) => {
    const error = await fromEnv({ env })().catch((cause: unknown) => cause as Error);
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(message) });
    expect(String(error)).not.toContain(PAIR.AWS_SECRET_ACCESS_KEY);
  });

  it.each<[string, unknown]>([
    ["options of fromEnv", null],
    ["`AWS_ACCESS_KEY_ID`. It takes env, clock", { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE" }],
    ["`env`", { env: null }],
    ["`clock`", { clock: {} }],
  ])("names %s when it is no good", (option, options) => {
    expect(() => fromEnv(options as EnvOptions)).toThrow(
      expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(option) }),
    );
  });

  it("names a variable that is no string", async () => {
    const env = { ...PAIR, AWS_SESSION_TOKEN: 5 as unknown as string };
    await expect(fromEnv({ env })()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringContaining("AWS_SESSION_TOKEN must be a string"),
    });
  });

  it("says that they have expired", async () => {
    const provider = fromEnv({ env: { ...PAIR, AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z" } });
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_EXPIRED",
      message: expect.stringContaining("2020-01-01"),
    });
    expect(provider.status().phase).toBe("expired");
  });

  it("is the same signer as static keys with the same values, and another after they change", () => {
    const env: Record<string, string> = { ...PAIR };
    const provider = fromEnv({ env });
    const before = internalsOf(provider)?.key();
    expect(internalsOf(fromEnv({ env: { ...PAIR } }))?.key()).toEqual(before);
    env["AWS_SECRET_ACCESS_KEY"] = "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY";
    expect(internalsOf(provider)?.key()).not.toEqual(before);
    expect(JSON.stringify(before)).not.toContain(PAIR.AWS_SECRET_ACCESS_KEY);
  });

  it("is named when a role has nobody to sign", async () => {
    const role = fromAssumeRole({ roleArn: "arn:aws:iam::123456789012:role/demo", source: fromEnv({ env: {} }) });
    await expect(role()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_UNAVAILABLE",
      message: expect.stringMatching(
        /assume-role \S+ has no credentials to sign with \(source: environment\).*AWS_ACCESS_KEY_ID/,
      ),
    });
  });
});
