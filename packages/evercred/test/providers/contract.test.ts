import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { createFakeClock } from "@evercred/testing";
import { describeProviderContract } from "@evercred/testing/contract";
import { chain, createCredentialCache, fromAssumeRole, fromEnv, fromProvider, fromSource, fromStatic } from "evercred";
import { emulatedAws, roleArn } from "../support/emulated-aws.js";

const KEYS = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const DEVICE = "arn:aws:iam::123456789012:mfa/demo";

describeProviderContract(() => ({ provider: fromStatic(KEYS) }), { title: "fromStatic" });

describeProviderContract(
  () => {
    const env: Record<string, string> = {
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    };
    return {
      provider: fromEnv({ env }),
      secrets: [KEYS.secretAccessKey],
      breakSource: () => delete env["AWS_ACCESS_KEY_ID"],
      mendSource: () => {
        env["AWS_ACCESS_KEY_ID"] = KEYS.accessKeyId;
      },
    };
  },
  { title: "fromEnv" },
);

describeProviderContract(
  () => {
    const clock = createFakeClock();
    let loads = 0;
    let broken = false;
    const provider = fromSource({
      name: "vault",
      key: { path: "aws/creds/demo" },
      cache: createCredentialCache({ clock }),
      async load() {
        loads += 1;
        if (broken) {
          throw new Error("sealed");
        }
        return { ...KEYS, expiration: new Date(clock.now() + 3_600_000) };
      },
    });
    return {
      provider,
      loads: () => loads,
      breakSource: () => {
        broken = true;
      },
      mendSource: () => {
        broken = false;
      },
    };
  },
  { title: "fromSource" },
);

describeProviderContract(
  async () => {
    const { emulator, user, at } = await emulatedAws({
      roles: [{ roleName: "reader", trust: { externalId: "tenant-7-external" } }],
    });
    const options = { ...at, roleArn: roleArn("reader"), source: user, externalId: "tenant-7-external" };
    let lift = (): void => {};
    return {
      provider: fromAssumeRole(options),
      loads: () => emulator.count("AssumeRole"),
      secrets: ["tenant-7-external", (await user()).secretAccessKey],
      breakSource: () => {
        lift = emulator.addFault({ operation: "AssumeRole", kind: "error" });
      },
      mendSource: () => lift(),
    };
  },
  { title: "fromAssumeRole" },
);

describeProviderContract(
  async () => {
    const { emulator, user, at, clock } = await emulatedAws({
      users: [{ userName: "demo", mfaSerialNumbers: [DEVICE] }],
      roles: [{ roleName: "admin", trust: { requireMfa: true } }],
    });
    const codes: string[] = [];
    const tokenCode = (): string => {
      codes.push(emulator.mfaCode(DEVICE));
      return codes.at(-1) ?? "";
    };
    let lift = (): void => {};
    return {
      provider: fromAssumeRole({ ...at, roleArn: roleArn("admin"), source: user, serialNumber: DEVICE, tokenCode }),
      loads: () => codes.length,
      get secrets() {
        return codes;
      },
      breakSource: () => {
        lift = emulator.addFault({ operation: "AssumeRole", kind: "access-denied" });
      },
      mendSource: () => {
        lift();
        // Past the few seconds for which a refusal is remembered.
        clock.shift(6_000);
      },
    };
  },
  { title: "fromAssumeRole with MFA" },
);

describeProviderContract(
  async () => {
    const { emulator, user, cache } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    const sdk = fromTemporaryCredentials({
      masterCredentials: await user(),
      params: { RoleArn: roleArn("reader"), RoleSessionName: "sdk" },
      clientConfig: { endpoint: emulator.url, region: "us-east-1", maxAttempts: 1 },
    });
    let lift = (): void => {};
    return {
      provider: fromProvider(sdk, { cache, name: "the SDK's" }),
      loads: () => emulator.count("AssumeRole"),
      breakSource: () => {
        lift = emulator.addFault({ operation: "AssumeRole", kind: "error" });
      },
      mendSource: () => lift(),
    };
  },
  { title: "fromProvider" },
);

describeProviderContract(
  async () => {
    const { emulator, user, at } = await emulatedAws({ roles: [{ roleName: "reader" }] });
    return {
      provider: chain(fromEnv({ env: {} }), fromAssumeRole({ ...at, roleArn: roleArn("reader"), source: user })),
      loads: () => emulator.count("AssumeRole"),
    };
  },
  { title: "chain" },
);
