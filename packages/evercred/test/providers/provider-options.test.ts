import {
  createCredentialCache,
  fromAssumeRoot,
  fromFederationToken,
  fromMfaSession,
  fromSaml,
  fromStatic,
  fromWebIdentity,
  getWebIdentityToken,
} from "evercred";
import { describe, expect, it, vi } from "vitest";
import { DEVICE } from "./aws-with-mfa.js";

const ROLE = "arn:aws:iam::123456789012:role/demo";
const POLICY_ARN = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const TASK = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
const source = fromStatic({
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
});
const cache = createCredentialCache();

/** Every factory with options that it takes, to be spoilt one at a time. */
const FACTORIES: Readonly<Record<string, (spoilt?: object) => unknown>> = {
  fromWebIdentity: (spoilt) => fromWebIdentity({ cache, roleArn: ROLE, token: () => "", ...spoilt }),
  fromSaml: (spoilt) => fromSaml({ cache, assertion: () => "", ...spoilt }),
  fromMfaSession: (spoilt) =>
    fromMfaSession({ cache, source, serialNumber: DEVICE, tokenCode: () => "123456", ...spoilt }),
  fromFederationToken: (spoilt) =>
    fromFederationToken({ cache, source, name: "Bob", policyArns: [POLICY_ARN], ...spoilt }),
  fromAssumeRoot: (spoilt) =>
    fromAssumeRoot({ cache, source, targetPrincipal: "111122223333", taskPolicyArn: TASK, ...spoilt }),
  getWebIdentityToken: (spoilt) =>
    getWebIdentityToken({ cache, source, audience: "https://api.example.com", ...spoilt }),
};

const long = (length: number): string => "a".repeat(length);
const arns = (count: number): string[] => Array.from({ length: count }, () => POLICY_ARN);
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));
const policyOf = (length: number): string => {
  const bare = '{"Statement":[],"Version":""}';
  return bare.replace('""', `"${long(length - bare.length)}"`);
};

function refusal(factory: string, spoilt: object): unknown {
  try {
    FACTORIES[factory]?.(spoilt);
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("options that are right", () => {
  it.each(Object.keys(FACTORIES))("are taken, and nothing is asked for: %s", (factory) => {
    const asked = vi.fn(() => "");
    const ask = {
      fromWebIdentity: { token: asked },
      fromSaml: { assertion: asked },
      fromMfaSession: { tokenCode: asked },
    };
    expect(refusal(factory, (ask as Record<string, object>)[factory] ?? {})).toBeUndefined();
    expect(asked).not.toHaveBeenCalled();
  });

  it.each([
    ["fromWebIdentity", { durationSeconds: 900 }],
    ["fromWebIdentity", { durationSeconds: 43_200 }],
    ["fromWebIdentity", { policy: policyOf(2048) }],
    ["fromWebIdentity", { policyArns: arns(10), roleSessionName: long(64) }],
    ["fromWebIdentity", { token: long(20_000) }],
    ["fromSaml", { durationSeconds: 43_200, policy: policyOf(2048) }],
    ["fromMfaSession", { durationSeconds: 900 }],
    ["fromMfaSession", { durationSeconds: 129_600, serialNumber: "GAHT12345678" }],
    ["fromFederationToken", { name: long(32), durationSeconds: 129_600, policy: policyOf(2048), tags: tags(50) }],
    ["fromFederationToken", { name: "a@" }],
    ["fromAssumeRoot", { durationSeconds: 0 }],
    ["fromAssumeRoot", { durationSeconds: 900 }],
    ["getWebIdentityToken", { audience: Array.from({ length: 10 }, () => long(1000)), durationSeconds: 60 }],
    ["getWebIdentityToken", { durationSeconds: 3600, signingAlgorithm: "ES384" }],
  ])("are taken up to their bounds: %s %o", (factory, options) => {
    expect(refusal(factory, options)).toBeUndefined();
  });
});

describe("an option that does not exist", () => {
  it.each([
    ["fromWebIdentity", "roleARN", "roleArn"],
    ["fromWebIdentity", "tokenfile", "tokenFile"],
    ["fromWebIdentity", "polcy", "policy"],
    ["fromSaml", "assertions", "assertion"],
    ["fromSaml", "principalARN", "principalArn"],
    ["fromSaml", "policyArn", "policyArns"],
    ["fromMfaSession", "serialNumbr", "serialNumber"],
    ["fromMfaSession", "tokencode", "tokenCode"],
    ["fromFederationToken", "polices", "policy"],
    ["fromFederationToken", "tag", "tags"],
    ["fromAssumeRoot", "taskPolicyARN", "taskPolicyArn"],
    ["fromAssumeRoot", "targetPrinciple", "targetPrincipal"],
    ["getWebIdentityToken", "audiences", "audience"],
    ["getWebIdentityToken", "signingAlgorith", "signingAlgorithm"],
  ])("of %s is refused with the nearest name: %s", (factory, misspelt, meant) => {
    const error = refusal(factory, { [misspelt]: "anything" });
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    const { message } = error as Error;
    expect(message).toContain(`${factory} has no option \`${misspelt}\``);
    expect(message).toContain(`Did you mean \`${meant}\`?`);
  });

  it.each(Object.keys(FACTORIES))("of %s that is near to none is refused with all there are", (factory) => {
    const error = refusal(factory, { mfaCodeProvider: () => "123456" });
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect((error as Error).message).toMatch(/has no option `mfaCodeProvider`\. It takes .*cache, region, endpoint/);
  });
});

const BROKEN: readonly (readonly [factory: string, spoilt: object, says: RegExp])[] = [
  ["fromWebIdentity", { roleArn: undefined }, /`roleArn` must be a string; got undefined/],
  ["fromWebIdentity", { roleArn: "demo" }, /`roleArn` must be a role's ARN.*got "demo"/],
  ["fromWebIdentity", { token: undefined }, /one of `token` and `tokenFile`; neither/],
  ["fromWebIdentity", { tokenFile: "/tmp/token" }, /one of `token` and `tokenFile`; both/],
  ["fromWebIdentity", { token: 42 }, /`token` must be a string, or a function.*type number/],
  ["fromWebIdentity", { token: "abc" }, /`token` must have 4 to 20000 characters; got 3/],
  ["fromWebIdentity", { token: long(20_001) }, /`token` must have 4 to 20000 characters; got 20001/],
  ["fromWebIdentity", { token: undefined, tokenFile: "" }, /`tokenFile` must have 1 to 4096 characters; got 0/],
  ["fromWebIdentity", { roleSessionName: "a" }, /`roleSessionName` must have 2 to 64 characters; got 1/],
  ["fromWebIdentity", { roleSessionName: long(65) }, /`roleSessionName` must have 2 to 64 characters; got 65/],
  ["fromWebIdentity", { roleSessionName: "a b" }, /`roleSessionName` must be made of.*position 2/],
  ["fromWebIdentity", { durationSeconds: 899 }, /`durationSeconds`.*900 to 43200; got 899/],
  ["fromWebIdentity", { durationSeconds: 43_201 }, /`durationSeconds`.*900 to 43200; got 43201/],
  ["fromWebIdentity", { durationSeconds: 900.5 }, /`durationSeconds` must be a whole number.*got 900.5/],
  ["fromWebIdentity", { providerId: "abc" }, /`providerId` must have 4 to 2048 characters; got 3/],
  ["fromWebIdentity", { policy: policyOf(2049) }, /`policy` must have at most 2048 characters.*got 2049/],
  ["fromWebIdentity", { policy: "{" }, /`policy` must be valid JSON/],
  ["fromWebIdentity", { policy: {} }, /`policy` must be a JSON object with a "Statement"/],
  ["fromWebIdentity", { policyArns: arns(11) }, /`policyArns` must have at most 10 members; got 11/],
  ["fromWebIdentity", { policyArns: ["arn:aws:s3:::not-a-policy"] }, /`policyArns\[0\]` must be a policy's ARN/],
  ["fromWebIdentity", { interactive: "yes" }, /`interactive` must be true or false/],
  ["fromWebIdentity", { durationFallback: 1 }, /`durationFallback` must be true or false/],
  ["fromWebIdentity", { region: "Frankfurt" }, /`region` must be a region's name/],
  ["fromWebIdentity", { region: "cn-north-1" }, /`region` cn-north-1 lies in the partition aws-cn/],
  ["fromWebIdentity", { endpoint: "sts" }, /`endpoint`/],
  ["fromWebIdentity", { cache: {} }, /`cache` must be a cache/],
  ["fromSaml", { assertion: undefined }, /`assertion` must be the SAMLResponse.*got undefined/],
  ["fromSaml", { assertion: 42 }, /`assertion` must be the SAMLResponse.*type number/],
  ["fromSaml", { roleArn: "demo" }, /`roleArn` must be a role's ARN/],
  ["fromSaml", { principalArn: "arn:aws:iam::1:saml" }, /`principalArn` must have 20 to 2048 characters; got 19/],
  ["fromSaml", { principalArn: ROLE }, /`principalArn` must be the ARN of a SAML provider/],
  ["fromSaml", { durationSeconds: 899 }, /`durationSeconds`.*900 to 43200; got 899/],
  ["fromSaml", { durationSeconds: 43_201 }, /`durationSeconds`.*900 to 43200; got 43201/],
  ["fromSaml", { policy: policyOf(2049) }, /`policy` must have at most 2048 characters/],
  ["fromSaml", { policyArns: arns(11) }, /`policyArns` must have at most 10 members; got 11/],
  ["fromSaml", { interactive: null }, /`interactive` must be true or false/],
  ["fromMfaSession", { tokenCode: undefined }, /`serialNumber` needs `tokenCode`/],
  ["fromMfaSession", { serialNumber: undefined }, /`tokenCode` needs `serialNumber`/],
  ["fromMfaSession", { tokenCode: "123456" }, /`tokenCode` must be a function/],
  ["fromMfaSession", { serialNumber: "GAHT1234" }, /`serialNumber` must have 9 to 256 characters; got 8/],
  ["fromMfaSession", { serialNumber: long(257) }, /`serialNumber` must have 9 to 256 characters; got 257/],
  ["fromMfaSession", { serialNumber: "GAHT 12345" }, /`serialNumber` must be made of.*position 5/],
  ["fromMfaSession", { durationSeconds: 899 }, /`durationSeconds`.*900 to 129600; got 899/],
  ["fromMfaSession", { durationSeconds: 129_601 }, /`durationSeconds`.*900 to 129600; got 129601/],
  ["fromMfaSession", { source: { accessKeyId: "A" } }, /`source` must be a provider function/],
  ["fromFederationToken", { name: undefined }, /`name` must be a string; got undefined/],
  ["fromFederationToken", { name: "a" }, /`name` must have 2 to 32 characters; got 1/],
  ["fromFederationToken", { name: long(33) }, /`name` must have 2 to 32 characters; got 33/],
  ["fromFederationToken", { name: "Bob Smith" }, /`name` must be made of.*position 4/],
  ["fromFederationToken", { name: "Büb" }, /`name` must be made of.*position 2/],
  ["fromFederationToken", { policy: policyOf(2049) }, /`policy` must have at most 2048 characters.*got 2049/],
  ["fromFederationToken", { policyArns: arns(11) }, /`policyArns` must have at most 10 members; got 11/],
  ["fromFederationToken", { tags: tags(51) }, /`tags` must have at most 50 members; got 51/],
  ["fromFederationToken", { tags: { [long(129)]: "v" } }, /`tags key` must have 1 to 128 characters; got 129/],
  ["fromFederationToken", { tags: { key: long(257) } }, /`tags\["key"\]` must have 0 to 256 characters; got 257/],
  ["fromFederationToken", { tags: { Key: "1", key: "2" } }, /`tags` has two keys that differ in case only/],
  ["fromFederationToken", { droppableTags: ["Project"] }, /`droppableTags` names "Project"/],
  ["fromFederationToken", { durationSeconds: 899 }, /`durationSeconds`.*900 to 129600; got 899/],
  ["fromFederationToken", { durationSeconds: 129_601 }, /`durationSeconds`.*900 to 129600; got 129601/],
  ["fromAssumeRoot", { targetPrincipal: undefined }, /`targetPrincipal` must be a string; got undefined/],
  ["fromAssumeRoot", { targetPrincipal: "11112222333" }, /`targetPrincipal` must have 12 to 2048 characters; got 11/],
  ["fromAssumeRoot", { targetPrincipal: "111122223333x" }, /`targetPrincipal` must be a member account/],
  ["fromAssumeRoot", { targetPrincipal: ROLE }, /`targetPrincipal` must be a member account/],
  ["fromAssumeRoot", { taskPolicyArn: undefined }, /`taskPolicyArn` must be a string; got undefined/],
  ["fromAssumeRoot", { taskPolicyArn: "S3UnlockBucketPolicy" }, /`taskPolicyArn` must/],
  ["fromAssumeRoot", { taskPolicyArn: POLICY_ARN }, /`taskPolicyArn` must be a policy for root tasks/],
  ["fromAssumeRoot", { durationSeconds: 901 }, /`durationSeconds`.*0 to 900; got 901/],
  ["fromAssumeRoot", { durationSeconds: -1 }, /`durationSeconds`.*0 to 900; got -1/],
  ["getWebIdentityToken", { audience: undefined }, /`audience`/],
  ["getWebIdentityToken", { audience: [] }, /`audience` must name who the token is for/],
  ["getWebIdentityToken", { audience: "" }, /`audience\[0\]` must have 1 to 1000 characters; got 0/],
  ["getWebIdentityToken", { audience: ["a", long(1001)] }, /`audience\[1\]` must have 1 to 1000 characters; got 1001/],
  ["getWebIdentityToken", { audience: Array(11).fill("a") }, /`audience` must have at most 10 members; got 11/],
  ["getWebIdentityToken", { signingAlgorithm: "HS256" }, /`signingAlgorithm` must be RS256 or ES384; got "HS256"/],
  ["getWebIdentityToken", { durationSeconds: 59 }, /`durationSeconds`.*60 to 3600; got 59/],
  ["getWebIdentityToken", { durationSeconds: 3601 }, /`durationSeconds`.*60 to 3600; got 3601/],
  ["getWebIdentityToken", { tags: tags(51) }, /`tags` must have at most 50 members; got 51/],
];

describe("an option out of its bounds", () => {
  it.each(BROKEN)(
    "is refused before anything is asked, with its name and its bound: %s %o",
    (factory, spoilt, says) => {
      const error = refusal(factory, spoilt);
      expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
      expect((error as Error).message).toMatch(says);
    },
  );

  it.each(Object.keys(FACTORIES))("of the options that are common to all is refused too: %s", (factory) => {
    const common: readonly (readonly [object, RegExp])[] = [
      [{ stsRegions: [] }, /`stsRegions` must be an array of 1 to 10 regions/],
      [{ callsPerSecond: 0 }, /`callsPerSecond`.*0\.01 to 10000; got 0/],
      [{ region: 7 }, /`region` must be a region's name/],
      [{ clientConfig: "us-east-1" }, /`clientConfig` must be an object/],
    ];
    for (const [spoilt, says] of common) {
      const error = refusal(factory, spoilt);
      expect(error, JSON.stringify(spoilt)).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
      expect((error as Error).message).toMatch(says);
    }
  });

  it.each([undefined, null, "options", 42])("is no option at all: fromSaml(%s)", (options) => {
    expect(() => fromSaml(options as never)).toThrow(/options of fromSaml must be an object/);
  });
});
