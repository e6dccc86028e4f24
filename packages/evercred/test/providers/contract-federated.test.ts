import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AwsEmulator } from "@evercred/testing";
import { describeProviderContract, type ProviderHarness } from "@evercred/testing/contract";
import { type CredentialProvider, fromSaml, fromWebIdentity, type SamlOptions } from "evercred";
import { onTestFinished } from "vitest";
import { roleArn } from "../support/emulated-aws.js";
import { awsWithOidc } from "./aws-with-oidc.js";
import { awsWithSaml } from "./aws-with-saml.js";

/** A provider whose source is one operation of the emulator. */
function harness(
  provider: CredentialProvider,
  { emulator, operation }: { readonly emulator: AwsEmulator; readonly operation: string },
): ProviderHarness {
  let lift = (): void => {};
  return {
    provider,
    loads: () => emulator.count(operation),
    breakSource: () => {
      lift = emulator.addFault({ operation, kind: "error" });
    },
    mendSource: () => lift(),
  };
}

describeProviderContract(
  async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const secrets: string[] = [];
    const token = async (): Promise<string> => {
      const issued = await issuer.token();
      secrets.push(issued);
      return issued;
    };
    const provider = fromWebIdentity({ ...web, token });
    return { ...harness(provider, { emulator, operation: "AssumeRoleWithWebIdentity" }), secrets };
  },
  { title: "fromWebIdentity with a function" },
);

describeProviderContract(
  async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const token = await issuer.token();
    const directory = mkdtempSync(join(tmpdir(), "evercred-contract-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const tokenFile = join(directory, "token");
    writeFileSync(tokenFile, `${token}\n`);
    const provider = fromWebIdentity({ ...web, tokenFile });
    return { ...harness(provider, { emulator, operation: "AssumeRoleWithWebIdentity" }), secrets: [token] };
  },
  { title: "fromWebIdentity with a token file" },
);

describeProviderContract(
  async () => {
    const { emulator, issuer, web } = await awsWithOidc();
    const token = await issuer.token();
    const provider = fromWebIdentity({ ...web, token });
    return { ...harness(provider, { emulator, operation: "AssumeRoleWithWebIdentity" }), secrets: [token] };
  },
  { title: "fromWebIdentity with a text" },
);

async function samlHarness(options: Partial<SamlOptions>): Promise<ProviderHarness> {
  const { emulator, at, assertion } = await awsWithSaml();
  const secrets: string[] = [];
  const signIn = (): string => {
    const issued = assertion();
    secrets.push(issued, Buffer.from(issued, "base64").toString("utf8"));
    return issued;
  };
  const provider = fromSaml({ ...at, roleArn: roleArn("saml"), assertion: signIn, ...options });
  return { ...harness(provider, { emulator, operation: "AssumeRoleWithSAML" }), secrets };
}

describeProviderContract(() => samlHarness({}), { title: "fromSaml" });
describeProviderContract(() => samlHarness({ interactive: false }), { title: "fromSaml that needs no person" });
describeProviderContract(() => samlHarness({ roleArn: undefined }), { title: "fromSaml with the one role there is" });
