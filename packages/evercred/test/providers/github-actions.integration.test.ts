import { chain, fromAssumeRole, fromWebIdentity, githubActionsToken } from "evercred";
import { describe, expect, it } from "vitest";
import { roleArn } from "../support/emulated-aws.js";
import { type AwsWithOidc, awsWithOidc } from "./aws-with-oidc.js";
import { settled } from "./sdk-clients.js";

const OPERATION = "AssumeRoleWithWebIdentity";
const MINUTE_MS = 60_000;

/** A job, whose variables the test takes away. */
function jobOf({ issuer, web }: AwsWithOidc) {
  const env: Record<string, string> = { ...issuer.githubEnv };
  const leave = (): void => {
    for (const name of Object.keys(env)) {
      delete env[name];
    }
  };
  return { leave, provider: fromWebIdentity({ ...web, token: githubActionsToken({ env }) }) };
}

describe("credentials of a job whose variables are gone", () => {
  it("are served as long as they are good, also where a minimum of life is asked for that they have", async () => {
    const aws = await awsWithOidc();
    const { provider, leave } = jobOf(aws);
    const set = await provider();
    leave();
    expect(await provider()).toBe(set);
    expect(await provider({ minRemainingMs: 30 * MINUTE_MS })).toBe(set);
    aws.clock.shift(20 * MINUTE_MS);
    expect(await provider({ minRemainingMs: 30 * MINUTE_MS })).toBe(set);
    expect(provider.status()).toMatchObject({ phase: "valid", accessKeyId: set.accessKeyId });
    expect(aws.emulator.count(OPERATION)).toBe(1);
  });

  it("are served in the advisory window too, where the refresh says what is missing", async () => {
    const aws = await awsWithOidc();
    const { provider, leave } = jobOf(aws);
    const set = await provider();
    leave();
    aws.clock.shift(46 * MINUTE_MS);
    expect(provider.status().phase).toBe("advisory");
    expect(await provider()).toBe(set);
    await settled(provider);
    expect(await provider()).toBe(set);
    expect(provider.status().lastError?.code).toBe("ERR_CREDENTIALS_UNAVAILABLE");
    expect(aws.emulator.count(OPERATION)).toBe(1);
  });

  it("sign for a role that is put on top of them only now", async () => {
    const aws = await awsWithOidc();
    aws.emulator.addRole({ roleName: "leaf" });
    const { provider, leave } = jobOf(aws);
    await provider();
    leave();
    const leaf = fromAssumeRole({ ...aws.at, roleArn: roleArn("leaf"), source: provider });
    await expect(leaf()).resolves.toMatchObject({ accountId: "123456789012" });
  });

  it("keep their chain at their link", async () => {
    const aws = await awsWithOidc();
    const { provider, leave } = jobOf(aws);
    const links = chain(provider, fromAssumeRole({ ...aws.at, roleArn: roleArn("leaf"), source: aws.user }));
    const set = await links();
    leave();
    expect(await links()).toBe(set);
    aws.clock.shift(46 * MINUTE_MS);
    expect(await links()).toBe(set);
    await settled(provider);
    expect(await links()).toBe(set);
    expect(aws.emulator.count("AssumeRole")).toBe(0);
  });

  it("go on to sign for a role on top that was there before", async () => {
    const aws = await awsWithOidc();
    const { provider, leave } = jobOf(aws);
    const leaf = fromAssumeRole({ ...aws.at, roleArn: roleArn("leaf"), source: provider, durationSeconds: 900 });
    const first = await leaf();
    leave();
    expect(await leaf()).toBe(first);
    aws.clock.shift(16 * MINUTE_MS);
    await expect(leaf()).resolves.toMatchObject({ accountId: "123456789012" });
    const { accessKeyId } = await provider();
    expect(aws.emulator.requests.at(-1)).toMatchObject({ operation: "AssumeRole", accessKeyId });
    expect(aws.emulator.count(OPERATION)).toBe(1);
  });

  it("are no others than those of the job: a provider that had none finds none", async () => {
    const aws = await awsWithOidc();
    const { provider, leave } = jobOf(aws);
    leave();
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_UNAVAILABLE" });
    expect(await chain(provider, aws.user)()).toBe(await aws.user());
  });
});
