import {
  fromAssumeRole,
  fromAssumeRoot,
  fromFederationToken,
  fromMfaSession,
  fromSaml,
  fromWebIdentity,
  getWebIdentityToken,
} from "evercred";
import { describe, expect, it } from "vitest";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";
import { failureOf } from "../support/outcome.js";
import { awsWithMfa, DEVICE } from "./aws-with-mfa.js";
import { awsWithOidc } from "./aws-with-oidc.js";
import { awsWithSaml } from "./aws-with-saml.js";
import { recordingHandler, type SentRequest } from "./recording-handler.js";

/** The requests that AWS's API reference shows, as they go over the wire: every parameter, and nothing beside them. */

const VERSION = { Version: "2011-06-15" };
const POLICY = { Version: "2012-10-17", Statement: [{ Sid: "Stmt1", Effect: "Allow", Action: "s3:*", Resource: "*" }] };

/** The one request, its policy as the object that it stands for. */
function only(sent: readonly SentRequest[]): SentRequest & { readonly policy: unknown } {
  expect(sent).toHaveLength(1);
  const [request] = sent as [SentRequest];
  const { Policy, ...parameters } = request.parameters;
  return { ...request, parameters, policy: Policy === undefined ? undefined : JSON.parse(Policy) };
}

function isSigned({ headers }: SentRequest): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
}

function policies(name: string): string[] {
  return [1, 2].map((number) => `arn:aws:iam::123456789012:policy/${name}${number}`);
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
describe("AssumeRole", () => {
  it("with a session policy, tags, transitive keys, an external id and a source identity", async () => {
    const { emulator, user, at } = await emulatedAws({
      roles: [{ roleName: "demo", trust: { externalId: "123ABC" } }],
    });
    const { sent, clientConfig } = recordingHandler();
    const provider = fromAssumeRole({
      ...at,
      clientConfig,
      source: user,
      roleArn: roleArn("demo"),
      roleSessionName: "testAR",
      policyArns: policies("demopolicy"),
      policy: POLICY,
      durationSeconds: 1800,
      tags: { Project: "Pegasus", Team: "Engineering", "Cost-Center": "12345" },
      transitiveTagKeys: ["Project", "Cost-Center"],
      externalId: "123ABC",
      sourceIdentity: "DevUser123",
    });
    const { accessKeyId } = await provider();
    const request = only(sent);
    expect(request.parameters).toEqual({
      ...VERSION,
      Action: "AssumeRole",
      RoleSessionName: "testAR",
      RoleArn: roleArn("demo"),
      "PolicyArns.member.1.arn": "arn:aws:iam::123456789012:policy/demopolicy1",
      "PolicyArns.member.2.arn": "arn:aws:iam::123456789012:policy/demopolicy2",
      DurationSeconds: "1800",
      "Tags.member.1.Key": "Project",
      "Tags.member.1.Value": "Pegasus",
      "Tags.member.2.Key": "Team",
      "Tags.member.2.Value": "Engineering",
      "Tags.member.3.Key": "Cost-Center",
      "Tags.member.3.Value": "12345",
      "TransitiveTagKeys.member.1": "Project",
      "TransitiveTagKeys.member.2": "Cost-Center",
      ExternalId: "123ABC",
      SourceIdentity: "DevUser123",
    });
    expect(request.policy).toEqual(POLICY);
    expect(isSigned(request)).toBe(true);
    expect(emulator.session(accessKeyId)).toMatchObject({
      principal: "arn:aws:sts::123456789012:assumed-role/demo/testAR",
      tags: { Project: "Pegasus", Team: "Engineering", "Cost-Center": "12345" },
      transitiveTagKeys: ["Project", "Cost-Center"],
      sourceIdentity: "DevUser123",
    });
  });
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
describe("AssumeRoleWithWebIdentity", () => {
  const EXAMPLE = {
    roleArn: roleArn("FederatedWebIdentityRole"),
    roleSessionName: "app1",
    durationSeconds: 3600,
    policyArns: policies("webidentitydemopolicy"),
  };
  const EXPECTED = {
    ...VERSION,
    Action: "AssumeRoleWithWebIdentity",
    DurationSeconds: "3600",
    "PolicyArns.member.1.arn": "arn:aws:iam::123456789012:policy/webidentitydemopolicy1",
    "PolicyArns.member.2.arn": "arn:aws:iam::123456789012:policy/webidentitydemopolicy2",
    RoleSessionName: "app1",
    RoleArn: roleArn("FederatedWebIdentityRole"),
  };

  it("with a token of OpenID Connect, unsigned", async () => {
    const { emulator, issuer, at, providerArn } = await awsWithOidc();
    emulator.addRole({ roleName: "FederatedWebIdentityRole", trust: { federated: [providerArn] } });
    const { sent, clientConfig } = recordingHandler();
    const token = await issuer.token();
    await fromWebIdentity({ ...at, ...EXAMPLE, clientConfig, token })();
    const request = only(sent);
    expect(request.parameters).toEqual({ ...EXPECTED, WebIdentityToken: token });
    expect(isSigned(request)).toBe(false);
    expect(emulator.requests[0]).not.toHaveProperty("via");
    expect(emulator.requests[0]).not.toHaveProperty("accessKeyId");
  });

  it("with an access token of Login with Amazon, unsigned", async () => {
    const { emulator, at } = await awsWithOidc();
    const { sent, clientConfig } = recordingHandler();
    const token = `Atza|IQEBLjAsAhRFiXuWpUXuRvQ9PZL3GMFcYevydwIUFAHZwXZX${"X".repeat(12)}`;
    // The emulator stands in for no such provider: it refuses, three times.
    await failureOf(fromWebIdentity({ ...at, ...EXAMPLE, clientConfig, token, providerId: "www.amazon.com" })());
    expect(sent).toHaveLength(3);
    for (const request of sent) {
      expect(request.parameters).toEqual({ ...EXPECTED, ProviderId: "www.amazon.com", WebIdentityToken: token });
      expect(isSigned(request)).toBe(false);
    }
    expect(emulator.requests.map(({ via }) => via)).toEqual([undefined, undefined, undefined]);
  });
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html */
describe("AssumeRoleWithSAML", () => {
  it("with a role and a provider, unsigned", async () => {
    const { emulator, at, assertion, pair } = await awsWithSaml();
    const { sent, clientConfig } = recordingHandler();
    const signedIn = assertion({ roles: [pair("saml")] });
    const { roleArn: role, principalArn } = pair("saml");
    await fromSaml({ ...at, clientConfig, roleArn: role, principalArn, assertion: signedIn, durationSeconds: 3600 })();
    const request = only(sent);
    expect(request.parameters).toEqual({
      ...VERSION,
      Action: "AssumeRoleWithSAML",
      RoleArn: role,
      PrincipalArn: principalArn,
      SAMLAssertion: signedIn,
      DurationSeconds: "3600",
    });
    expect(isSigned(request)).toBe(false);
    expect(emulator.requests[0]).not.toHaveProperty("via");
  });
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
describe("GetSessionToken", () => {
  it("with MFA", async () => {
    const { emulator, session } = await awsWithMfa();
    const { sent, clientConfig } = recordingHandler();
    const code = emulator.mfaCode(DEVICE);
    await session({ clientConfig, tokenCode: () => code, durationSeconds: 1800 })();
    const request = only(sent);
    expect(request.parameters).toEqual({
      ...VERSION,
      Action: "GetSessionToken",
      DurationSeconds: "1800",
      SerialNumber: DEVICE,
      TokenCode: code,
    });
    expect(isSigned(request)).toBe(true);
  });

  it("without MFA", async () => {
    const { emulator, user, at } = await emulatedAws();
    const { sent, clientConfig } = recordingHandler();
    await fromMfaSession({ ...at, clientConfig, source: user, durationSeconds: 1800 })();
    const request = only(sent);
    expect(request.parameters).toEqual({ ...VERSION, Action: "GetSessionToken", DurationSeconds: "1800" });
    expect(isSigned(request)).toBe(true);
    expect(emulator.requests[0]?.principal).toBe("arn:aws:iam::123456789012:user/demo");
  });
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html */
describe("GetFederationToken", () => {
  it("with policies and tags", async () => {
    const { user, at } = await emulatedAws();
    const { sent, clientConfig } = recordingHandler();
    await fromFederationToken({
      ...at,
      clientConfig,
      source: user,
      name: "Bob",
      policyArns: policies("federateduserdemopolicy"),
      policy: POLICY,
      durationSeconds: 3600,
      tags: { Dept: "Accounting", "Cost-Center": "12345" },
    })();
    const request = only(sent);
    expect(request.parameters).toEqual({
      ...VERSION,
      Action: "GetFederationToken",
      Name: "Bob",
      "PolicyArns.member.1.arn": "arn:aws:iam::123456789012:policy/federateduserdemopolicy1",
      "PolicyArns.member.2.arn": "arn:aws:iam::123456789012:policy/federateduserdemopolicy2",
      DurationSeconds: "3600",
      "Tags.member.1.Key": "Dept",
      "Tags.member.1.Value": "Accounting",
      "Tags.member.2.Key": "Cost-Center",
      "Tags.member.2.Value": "12345",
    });
    expect(request.policy).toEqual(POLICY);
    expect(isSigned(request)).toBe(true);
  });

  it("with a name and one policy's ARN", async () => {
    const { emulator, user, at } = await emulatedAws();
    const policyArns = ["arn:aws:iam::123456789012:policy/testpolicy1"];
    const { accessKeyId } = await fromFederationToken({ ...at, source: user, name: "testFed", policyArns })();
    expect(emulator.requests[0]?.parameters).toEqual({
      ...VERSION,
      Name: "testFed",
      "PolicyArns.member.1.arn": policyArns[0],
      DurationSeconds: "43200",
    });
    expect(emulator.session(accessKeyId)).toMatchObject({ policyArns });
  });

  it("with a tag", async () => {
    const { emulator, user, at } = await emulatedAws();
    const tags = { Project: "Pegasus" };
    const options = { ...at, source: user, name: "testFed", policy: POLICY, tags, durationSeconds: 1800 };
    const { accessKeyId } = await fromFederationToken(options)();
    expect(emulator.requests[0]?.parameters).toEqual({
      ...VERSION,
      Name: "testFed",
      Policy: "[redacted]",
      DurationSeconds: "1800",
      "Tags.member.1.Key": "Project",
      "Tags.member.1.Value": "Pegasus",
    });
    expect(emulator.session(accessKeyId)).toMatchObject({ tags });
  });
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html */
describe("AssumeRoot", () => {
  it("with a member account and a task", async () => {
    const { user, at } = await emulatedAws();
    const { sent, clientConfig } = recordingHandler();
    await fromAssumeRoot({
      ...at,
      clientConfig,
      source: user,
      targetPrincipal: "111122223333",
      taskPolicyArn: "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials",
      durationSeconds: 900,
    })();
    const request = only(sent);
    expect(request.parameters).toEqual({
      ...VERSION,
      Action: "AssumeRoot",
      DurationSeconds: "900",
      TargetPrincipal: "111122223333",
      "TaskPolicyArn.arn": "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials",
    });
    expect(isSigned(request)).toBe(true);
  });
});

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html */
describe("GetWebIdentityToken", () => {
  it("with audiences, an algorithm, a duration and tags", async () => {
    const { user, at } = await emulatedAws();
    const { sent, clientConfig } = recordingHandler();
    await getWebIdentityToken({
      ...at,
      clientConfig,
      source: user,
      audience: ["https://api.example.com", "https://other.example.com"],
      signingAlgorithm: "ES384",
      durationSeconds: 300,
      tags: { team: "data-engineering" },
    })();
    const request = only(sent);
    expect(request.parameters).toEqual({
      ...VERSION,
      Action: "GetWebIdentityToken",
      "Audience.member.1": "https://api.example.com",
      "Audience.member.2": "https://other.example.com",
      SigningAlgorithm: "ES384",
      DurationSeconds: "300",
      "Tags.member.1.Key": "team",
      "Tags.member.1.Value": "data-engineering",
    });
    expect(isSigned(request)).toBe(true);
  });
});
