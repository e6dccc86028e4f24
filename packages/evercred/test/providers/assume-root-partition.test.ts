import { createCredentialCache, fromAssumeRoot } from "evercred";
import { expect, it, onTestFinished } from "vitest";
import { longTermUser } from "../sts/asked-where.js";
import { onlyVariables } from "../sts/aws-settings.js";
import { captureRequests } from "../sts/capture-requests.js";

/** A root session for a task of that partition, and where it would be asked for. */
function rootIn(partition: string, region?: string) {
  const { requests, requestHandler } = captureRequests();
  const cache = createCredentialCache();
  onTestFinished(() => cache[Symbol.asyncDispose]());
  const make = () =>
    fromAssumeRoot({
      targetPrincipal: "111122223333",
      taskPolicyArn: `arn:${partition}:iam::aws:policy/root-task/IAMAuditRootUserCredentials`,
      source: longTermUser(),
      cache,
      region,
      clientConfig: { requestHandler },
    });
  return { requests, make };
}

it.each([
  ["aws", "https://sts.eu-west-1.amazonaws.com"],
  ["aws-us-gov", "https://sts.us-gov-west-1.amazonaws.com"],
  ["aws-cn", "https://sts.cn-north-1.amazonaws.com.cn"],
])("a root session is asked for in the partition of its task: %s", async (partition, origin) => {
  onlyVariables({ AWS_REGION: "eu-west-1" });
  const { requests, make } = rootIn(partition);
  await make()();
  expect(requests.map((request) => request.origin)).toEqual([origin]);
});

it("a region of another partition than the task's is refused", () => {
  onlyVariables();
  const isRefused = expect.objectContaining({
    code: "ERR_CREDENTIALS_CONFIG",
    message: expect.stringContaining("`region` eu-west-1 lies in the partition aws"),
  });
  expect(rootIn("aws-us-gov", "eu-west-1").make).toThrow(isRefused);
  expect(rootIn("aws-us-gov", "us-gov-east-1").make).not.toThrow();
});
