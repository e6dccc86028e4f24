import type { AwsEmulator } from "@evercred/testing";
import { describeProviderContract, type ProviderHarness } from "@evercred/testing/contract";
import { type CredentialProvider, fromAssumeRoot, fromFederationToken, fromMfaSession } from "evercred";
import { emulatedAws } from "../support/emulated-aws.js";
import { awsWithMfa } from "./aws-with-mfa.js";

const TASK_POLICY = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
const POLICY_ARN = "arn:aws:iam::aws:policy/ReadOnlyAccess";

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
    const { emulator, session, tokenCode, user } = await awsWithMfa();
    const { secretAccessKey } = await user();
    return {
      ...harness(session(), { emulator, operation: "GetSessionToken" }),
      get secrets() {
        return [secretAccessKey, ...tokenCode.mock.results.map(({ value }) => value)];
      },
    };
  },
  { title: "fromMfaSession" },
);

describeProviderContract(
  async () => {
    const { emulator, at, user } = await emulatedAws();
    const { secretAccessKey } = await user();
    const provider = fromMfaSession({ ...at, source: user });
    return { ...harness(provider, { emulator, operation: "GetSessionToken" }), secrets: [secretAccessKey] };
  },
  { title: "fromMfaSession without MFA" },
);

describeProviderContract(
  async () => {
    const { emulator, at, user } = await emulatedAws();
    const { secretAccessKey } = await user();
    const provider = fromFederationToken({ ...at, source: user, name: "Bob", policyArns: [POLICY_ARN] });
    return { ...harness(provider, { emulator, operation: "GetFederationToken" }), secrets: [secretAccessKey] };
  },
  { title: "fromFederationToken" },
);

describeProviderContract(
  async () => {
    const { emulator, at, user } = await emulatedAws();
    const { secretAccessKey } = await user();
    const provider = fromAssumeRoot({
      ...at,
      source: user,
      targetPrincipal: "111122223333",
      taskPolicyArn: TASK_POLICY,
    });
    return { ...harness(provider, { emulator, operation: "AssumeRoot" }), secrets: [secretAccessKey] };
  },
  { title: "fromAssumeRoot" },
);
