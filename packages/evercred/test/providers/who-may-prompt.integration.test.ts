import { fromSaml, fromWebIdentity } from "evercred";
import { describe, expect, it, vi } from "vitest";
import { roleArn } from "../support/emulated-aws.js";
import { failureOf } from "../support/outcome.js";
import { awsWithOidc } from "./aws-with-oidc.js";
import { awsWithSaml } from "./aws-with-saml.js";

describe("who may prompt and who may not do not share an entry:", () => {
  it("fromSaml", async () => {
    const { emulator, at, signIn } = await awsWithSaml();
    const base = { ...at, roleArn: roleArn("saml"), assertion: signIn };
    const [person, nobody, again] = [true, false, true].map((interactive) => fromSaml({ ...base, interactive }));
    const sets = [await person?.(), await nobody?.(), await again?.(), await fromSaml(base)()];
    expect(new Set(sets).size).toBe(2);
    expect(emulator.count("AssumeRoleWithSAML")).toBe(2);
  });

  it("fromWebIdentity", async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const token = vi.fn(() => issuer.token());
    const sets = [];
    for (const interactive of [true, false, true, undefined]) {
      sets.push(await fromWebIdentity({ ...web, token, interactive })());
    }
    expect(new Set(sets).size).toBe(2);
    expect(emulator.count("AssumeRoleWithWebIdentity")).toBe(2);
  });
});

describe("an assertion that names the role", () => {
  it("is held to the options' regions by the role that was chosen: one of another partition is refused", async () => {
    const { emulator, at, assertion, pair } = await awsWithSaml();
    const china = {
      roleArn: "arn:aws-cn:iam::123456789012:role/saml",
      principalArn: "arn:aws-cn:iam::123456789012:saml-provider/idp",
    };
    const inChina = { ...at, assertion: () => assertion({ roles: [china] }) };
    for (const options of [{ region: "eu-west-1" }, { stsRegions: ["cn-north-1", "eu-west-1"] }]) {
      const error = await failureOf(fromSaml({ ...inChina, ...options })());
      expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
      expect(error.message).toMatch(/eu-west-1 lies in the partition aws, and the role in aws-cn/);
    }
    const here = { ...at, region: "cn-north-1", assertion: () => assertion({ roles: [pair("saml")] }) };
    expect((await failureOf(fromSaml(here)())).message).toMatch(/cn-north-1 lies in the partition aws-cn/);
    expect(emulator.requests).toEqual([]);
  });
});
