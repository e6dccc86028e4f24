import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { startAwsEmulator } from "@evercred/testing";
import { createCredentialCache, fromAssumeRole, fromMfaSession } from "evercred";
import { withEnv } from "../processes/with-env.js";
import { countRow, type Row } from "../report/row.js";

const CALLERS = 40;
const ROLES = 10;
const DEVICE = "arn:aws:iam::123456789012:mfa/demo";
const roleNames = Array.from({ length: ROLES }, (_, index) => `team-${index}`);

/** What one side cost. */
interface Cost {
  readonly prompts: number;
  readonly stsCalls: number;
}

type TokenCode = (serialNumber: string) => Promise<string>;
type MakeProvider = (roleArn: string, tokenCode: TokenCode) => () => Promise<unknown>;

/** Forty callers, each with providers of its own, use ten roles that ask for MFA. */
export async function mfaSessionRows(): Promise<readonly Row[]> {
  const cache = createCredentialCache();
  const evercred = await costOf((roleArn, tokenCode) => {
    const source = fromMfaSession({ serialNumber: DEVICE, tokenCode, cache });
    return fromAssumeRole({ roleArn, source, cache });
  });
  const sdk = await costOf((roleArn, mfaCodeProvider) =>
    fromTemporaryCredentials({ params: { RoleArn: roleArn, SerialNumber: DEVICE }, mfaCodeProvider }),
  );
  const row = (what: string, of: { member: keyof Cost; must: number }): Row =>
    countRow(`${CALLERS} callers, ${ROLES} roles that ask for MFA: ${what}`, {
      evercred: evercred[of.member],
      sdk: sdk[of.member],
      must: of.must,
      unit: "",
    });
  return [row("prompts", { member: "prompts", must: 1 }), row("STS calls", { member: "stsCalls", must: 1 + ROLES })];
}

/** Each side has an emulator of its own, whose MFA device has issued no code. */
async function costOf(makeProvider: MakeProvider): Promise<Cost> {
  await using emulator = await startAwsEmulator({
    users: [{ userName: "demo", mfaSerialNumbers: [DEVICE] }],
    roles: roleNames.map((roleName) => ({ roleName, trust: { requireMfa: true } })),
  });
  let prompts = 0;
  const tokenCode = async (serialNumber: string): Promise<string> => {
    prompts += 1;
    return emulator.mfaCode(serialNumber);
  };
  await withEnv(emulator.env, () =>
    Promise.all(
      Array.from({ length: CALLERS }, (_, index) => {
        const roleArn = `arn:aws:iam::123456789012:role/${roleNames[index % ROLES]}`;
        return makeProvider(roleArn, tokenCode)();
      }),
    ),
  );
  return { prompts, stsCalls: emulator.requests.filter(({ service }) => service === "sts").length };
}
