import { type AssumeRootOptions, chain, fromAssumeRole, fromAssumeRoot, fromEnv } from "evercred";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";
import { failureOf } from "../support/outcome.js";
import { recordingHandler } from "./recording-handler.js";
import { callerArn, expectRefreshedAhead, expectServedWhileValid } from "./sdk-clients.js";

const OPERATION = "AssumeRoot";
const MINUTE_MS = 60_000;
const TASKS = "arn:aws:iam::aws:policy/root-task/";

async function management(): Promise<Awaited<ReturnType<typeof emulatedAws>> & { readonly root: AssumeRootOptions }> {
  const aws = await emulatedAws({ roles: [{ roleName: "administrator" }] });
  const root = {
    ...aws.at,
    source: aws.user,
    targetPrincipal: "111122223333",
    taskPolicyArn: `${TASKS}IAMAuditRootUserCredentials`,
  };
  return { ...aws, root };
}

describe("a root session", () => {
  it.each(["111122223333", "arn:aws:iam::111122223333:root"])("acts as the member's root user: %s", async (target) => {
    const { emulator, root } = await management();
    const provider = fromAssumeRoot({ ...root, targetPrincipal: target });
    expect(await callerArn(emulator, provider)).toBe("arn:aws:iam::111122223333:root");
    const { accessKeyId, accountId } = await provider();
    expect(accountId).toBe("111122223333");
    expect(emulator.session(accessKeyId)).toMatchObject({
      kind: "root-session",
      policyArns: [`${TASKS}IAMAuditRootUserCredentials`],
    });
  });

  it.each([
    "IAMAuditRootUserCredentials",
    "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
  ])("is for one task: %s", async (task) => {
    const { root } = await management();
    const provider = fromAssumeRoot({ ...root, taskPolicyArn: `${TASKS}${task}` });
    await provider();
    expect(provider.status().details).toMatchObject({ taskPolicyArn: `${TASKS}${task}` });
  });

  it("is signed for by a role, whose source identity goes with it", async () => {
    const { at, root, user } = await management();
    const administrator = { ...at, roleArn: roleArn("administrator"), source: user, sourceIdentity: "DevUser123" };
    const provider = fromAssumeRoot({ ...root, source: fromAssumeRole(administrator) });
    await provider();
    expect(provider.status().details).toMatchObject({ sourceIdentity: "DevUser123" });
    expect(provider.status().origin).toHaveLength(3);
  });

  it("is a link of a chain", async () => {
    const { emulator, root } = await management();
    expect(await callerArn(emulator, chain(fromEnv({ env: {} }), fromAssumeRoot(root)))).toMatch(/:root$/);
  });

  it("signs for nobody in STS: that is said before the call", async () => {
    const { emulator, at, root } = await management();
    const source = fromAssumeRoot(root);
    const role = { ...at, roleArn: roleArn("administrator"), source };
    expect(() => fromAssumeRole(role)).toThrow(/root task's session/);
    expect(() => fromAssumeRoot({ ...root, source })).toThrow(/root task's session/);
    expect(emulator.requests).toEqual([]);
  });

  it("is refreshed ahead of expiration", async () => {
    const { emulator, clock, root } = await management();
    const provider = fromAssumeRoot(root);
    await expectRefreshedAhead(provider, { emulator, clock, operation: OPERATION, ms: 11 * MINUTE_MS });
  });

  it("is served while it is good and STS fails, and not beyond", async () => {
    const { emulator, clock, root } = await management();
    const provider = fromAssumeRoot(root);
    await expectServedWhileValid(provider, { emulator, clock, operation: OPERATION, ms: 11 * MINUTE_MS });
    clock.shift(5 * MINUTE_MS);
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
  });

  it("is not shared by other accounts, tasks or durations", async () => {
    const { emulator, root } = await management();
    const different = [
      root,
      { ...root, targetPrincipal: "444455556666" },
      { ...root, taskPolicyArn: `${TASKS}S3UnlockBucketPolicy` },
      { ...root, durationSeconds: 600 },
    ];
    const sets = await Promise.all([root, ...different].map((options) => fromAssumeRoot(options)()));
    expect(new Set(sets).size).toBe(different.length);
    expect(emulator.count(OPERATION)).toBe(different.length);
  });

  it("that STS refuses is told with its code", async () => {
    const { root, emulator } = await management();
    const refused = emulator.addUser({ userName: "refused", deny: ["sts:AssumeRoot"] }).credentials;
    await expect(fromAssumeRoot({ ...root, source: async () => refused })()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_DENIED",
      serviceCode: "AccessDenied",
      operation: OPERATION,
    });
  });

  it("for a task that STS does not know is a wrong configuration", async () => {
    const { root } = await management();
    const error = await failureOf(fromAssumeRoot({ ...root, taskPolicyArn: `${TASKS}NoSuchTask` })());
    expect(error.code).toBe("ERR_CREDENTIALS_CONFIG");
  });
});

describe("the place", () => {
  it("is a region's endpoint, also where other operations go to the global one", async () => {
    const { cache, user, root } = await management();
    vi.stubEnv("AWS_STS_REGIONAL_ENDPOINTS", "legacy");
    onTestFinished(() => void vi.unstubAllEnvs());
    const { sent, clientConfig } = recordingHandler({ deliver: false });
    const at = { cache, source: user, region: "us-east-1", clientConfig, endpoint: undefined };
    await failureOf(fromAssumeRole({ ...at, roleArn: roleArn("administrator") })());
    await failureOf(fromAssumeRoot({ ...root, ...at })());
    const hosts = [...new Set(sent.map(({ hostname, parameters }) => `${parameters["Action"]} ${hostname}`))];
    expect(hosts).toEqual(["AssumeRole sts.amazonaws.com", "AssumeRoot sts.us-east-1.amazonaws.com"]);
  });

  it("cannot be the global endpoint", async () => {
    const { root } = await management();
    const error = await failureOf(fromAssumeRoot({ ...root, endpoint: undefined, region: "aws-global" })());
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(error.message).toMatch(/no AssumeRoot on its global endpoint.*us-east-1/);
  });

  it("cannot be the global endpoint by the client's configuration either", async () => {
    const { root } = await management();
    const { sent, clientConfig } = recordingHandler({ deliver: false });
    const at = { region: "us-east-1", endpoint: undefined };
    const provider = fromAssumeRoot({ ...root, ...at, clientConfig: { ...clientConfig, useGlobalEndpoint: true } });
    await failureOf(provider());
    expect(sent.map(({ hostname }) => hostname)).not.toContain("sts.amazonaws.com");
  });
});
