import { type AssumeRoleOptions, type CredentialsError, fromAssumeRole } from "evercred";
import { describe, expect, it } from "vitest";

const ROLE = "arn:aws:iam::123456789012:role/demo";

function messageOf(options: object): string {
  try {
    fromAssumeRole({ roleArn: ROLE, ...options } as AssumeRoleOptions);
    return "taken";
  } catch (error) {
    expect((error as CredentialsError).code).toBe("ERR_CREDENTIALS_CONFIG");
    return (error as CredentialsError).message;
  }
}

describe("what fromAssumeRole refuses before any call", () => {
  it.each<[string, object, RegExp]>([
    ["no role", { roleArn: undefined }, /`roleArn` must be a string; got undefined/],
    ["an empty role", { roleArn: "" }, /`roleArn` must be a role's ARN.*got ""/],
    ["a role's name", { roleArn: "demo" }, /`roleArn` must be a role's ARN such as .*got "demo"/],
    ["a role with a blank", { roleArn: "arn:aws:iam::123456789012:role/a b" }, /`roleArn` must be a role's ARN/],
    [
      "a role that is too long",
      { roleArn: `arn:aws:iam::123456789012:role/${"x".repeat(2048)}` },
      /`roleArn` must have 20 to 2048 characters/,
    ],
    ["a region of another partition", { region: "cn-north-1" }, /`region` cn-north-1 lies in the partition aws-cn/],
    ["a duration of null", { durationSeconds: null }, /`durationSeconds` must be a whole number/],
    ["a policy without statements", { policy: {} }, /`policy` must be a JSON object with a "Statement"/],
    [
      "a managed policy that is no policy",
      { policyArns: ["arn:aws:s3:::holiday-photos"] },
      /`policyArns\[0\]` must be a policy's ARN/,
    ],
    ["a misspelt option", { polcy: {} }, /fromAssumeRole has no option `polcy`. Did you mean `policy`\?/],
    ["AWS's own spelling", { ExternalId: "123ABC" }, /has no option `ExternalId`. Did you mean `externalId`\?/],
    ["the SDK's way", { params: {} }, /has no option `params`. It takes roleArn, source/],
    [
      "client configuration with a wrong region",
      { clientConfig: [] },
      /`clientConfig` must be an object; got an array/,
    ],
    [
      "a configured endpoint with a password",
      { clientConfig: { endpoint: "http://u:x@127.0.0.1" } },
      /`clientConfig.endpoint` must not hold/,
    ],
    [
      "an ARN of a user",
      { roleArn: "arn:aws:iam::123456789012:user/demo" },
      /`roleArn` must be a role's ARN.*got "arn:aws:iam::123456789012:user\/demo"/,
    ],
    ["an ARN without an account", { roleArn: "arn:aws:iam:::role/some-long-name" }, /`roleArn` must be a role's ARN/],
    [
      "a session name of one character",
      { roleSessionName: "x" },
      /`roleSessionName` must have 2 to 64 characters; got 1/,
    ],
    [
      "a session name of 65 characters",
      { roleSessionName: "x".repeat(65) },
      /`roleSessionName` must have 2 to 64 characters; got 65/,
    ],
    [
      "a session name with a space",
      { roleSessionName: "my session" },
      /`roleSessionName` must be made of letters.*position 3/,
    ],
    ["a session name that ends in a newline", { roleSessionName: "session\n" }, /`roleSessionName`.*position 8/],
    [
      "899 seconds",
      { durationSeconds: 899 },
      /`durationSeconds` must be a whole number of seconds from 900 to 43200; got 899/,
    ],
    ["43201 seconds", { durationSeconds: 43_201 }, /from 900 to 43200; got 43201/],
    ["half a second", { durationSeconds: 900.5 }, /whole number.*got 900.5/],
    ["a duration that is a string", { durationSeconds: "3600" }, /`durationSeconds`.*a value of type string/],
    ["an external id of one character", { externalId: "x" }, /`externalId` must have 2 to 1224 characters; got 1/],
    ["an external id with a hash", { externalId: "a#b" }, /`externalId` must be made of.*position 2/],
    ["a source identity with a slash", { sourceIdentity: "a/b" }, /`sourceIdentity`/],
    ["a policy that is no JSON", { policy: "{" }, /`policy` must be valid JSON; the 1 characters given are not/],
    ["a policy that is an array", { policy: [] }, /`policy` must be a JSON object/],
    ["a policy that is circular", { policy: circular() }, /`policy` must be valid JSON; it cannot be written/],
    ["a policy beyond U+00FF", { policy: { Id: "名", Statement: [] } }, /`policy` may hold characters up to U\+00FF/],
    [
      "eleven managed policies",
      { policyArns: Array(11).fill("arn:aws:iam::aws:policy/ReadOnlyAccess") },
      /`policyArns` must have at most 10 members; got 11/,
    ],
    ["managed policies as a string", { policyArns: "arn" }, /`policyArns` must be an array/],
    ["a managed policy that is short", { policyArns: ["arn:aws"] }, /`policyArns\[0\]` must have 20 to 2048/],
    [
      "51 tags",
      { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, "v"])) },
      /`tags` must have at most 50 members; got 51/,
    ],
    ["tags as a list", { tags: [{ Key: "a", Value: "b" }] }, /`tags` must be an object/],
    ["tags as a map", { tags: new Map([["a", "b"]]) }, /`tags` must be an object/],
    ["an empty tag key", { tags: { "": "v" } }, /`tags key` must have 1 to 128 characters; got 0/],
    ["a tag key with a star", { tags: { "a*": "v" } }, /`tags key` must be made of.*position 2/],
    [
      "a tag value of 257 characters",
      { tags: { a: "v".repeat(257) } },
      /`tags\["a"\]` must have 0 to 256 characters; got 257/,
    ],
    ["a tag value that is a number", { tags: { a: 1 } }, /`tags\["a"\]` must be a string/],
    ["tag keys that differ in case only", { tags: { a: "1", A: "2" } }, /`tags` has two keys that differ in case only/],
    ["51 transitive tag keys", { transitiveTagKeys: Array(51).fill("a") }, /`transitiveTagKeys` must have at most 50/],
    [
      "a device without a code",
      { serialNumber: "arn:aws:iam::123456789012:mfa/demo" },
      /`serialNumber` needs `tokenCode`/,
    ],
    ["a code without a device", { tokenCode: () => "123456" }, /`tokenCode` needs `serialNumber`/],
    [
      "a code that is a string",
      { serialNumber: "GAHT12345678", tokenCode: "123456" },
      /`tokenCode` must be a function/,
    ],
    ["a short device", { serialNumber: "12345678", tokenCode: () => "123456" }, /`serialNumber` must have 9 to 256/],
    ["six contexts", { providedContexts: Array(6).fill({}) }, /`providedContexts` must have at most 5/],
    [
      "a context without an assertion",
      { providedContexts: [{ providerArn: ROLE }] },
      /`providedContexts\[0\].contextAssertion`/,
    ],
    [
      "a source that is keys",
      { source: { accessKeyId: "AKIAIOSFODNN7EXAMPLE" } },
      /`source` must be a provider function.*fromStatic/,
    ],
    ["a region that is none", { region: "Frankfurt am Main" }, /`region` must be a region's name such as eu-central-1/],
    ["a policy as a map", { policy: new Map([["Statement", []]]) }, /`policy` must be a plain object/],
    ["a region of another type", { region: 5n }, /`region` must be a region's name .* got a value of type bigint/],
    ["an endpoint with a password", { endpoint: "http://u:x@127.0.0.1" }, /`endpoint` must not hold a user name/],
    ["an endpoint that is no URL", { endpoint: "localhost:4566" }, /`endpoint` must be a URL/],
    ["client configuration that is a string", { clientConfig: "fast" }, /`clientConfig` must be an object/],
    ["a cache that is none", { cache: {} }, /`cache` must be a cache/],
  ])("%s", (_what, options, message) => {
    expect(messageOf(options)).toMatch(message);
  });

  it("nothing at all", () => {
    expect(() => fromAssumeRole(undefined as unknown as AssumeRoleOptions)).toThrow(
      /options of fromAssumeRole must be an object; got undefined/,
    );
  });

  it("and never the value of a secret", () => {
    expect(messageOf({ externalId: "top secret" })).not.toContain("top secret");
    expect(messageOf({ policy: "not json but private" })).not.toContain("private");
  });
});

describe("what fromAssumeRole takes", () => {
  it.each<[string, object]>([
    ["the shortest and the longest session name", { roleSessionName: "a.".padEnd(64, "@") }],
    ["tags in any script", { tags: { Größe: "größer", 部門: "開発", "a b": "" } }],
    ["a role with a path", { roleArn: "arn:aws-cn:iam::123456789012:role/a/b/c" }],
    ["an external id with a slash and a colon", { externalId: "tenant:1/environment-2" }],
    [
      "any region of a partition that is newer",
      { roleArn: "arn:aws-new:iam::123456789012:role/demo", region: "new-north-1" },
    ],
    ["twelve hours", { durationSeconds: 43_200 }],
    ["a policy as text with newlines", { policy: '{\n"Version": "2012-10-17",\r\n"Statement": []\n}' }],
  ])("%s", (_what, options) => {
    expect(messageOf(options)).toBe("taken");
  });
});

function circular(): object {
  const policy: Record<string, unknown> = {};
  policy["self"] = policy;
  return policy;
}
