import type { GetSessionTokenCommandInput, GetSessionTokenCommandOutput } from "@aws-sdk/client-sts";
import type { CredentialCache } from "../cache/credential-cache.js";
import { requireKnown } from "../cache/option-checks.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import { requireSeconds, requireText, SERIAL_NUMBER, USER_DURATION_SECONDS } from "../sts/input-limits.js";
import { checkStsOptions, STS_OPTIONS, type StsOptions, stsKey } from "../sts/sts-options.js";
import type { CredentialProvider, LoadContext, LoadedCredentials } from "../types.js";
import {
  type AccountOptions,
  type AllowedAccounts,
  guardAccounts,
  readAllowedAccounts,
  requireAllowed,
} from "./allowed-accounts.js";
import { accountOf } from "./caller-identity.js";
import type { SdkCredentialProvider } from "./from-provider.js";
import { loadFromSts } from "./load-from-sts.js";
import { openCodeDesk, requireMfaPair, type TokenCodeProvider } from "./mfa-code.js";
import { createSigner, type Signer } from "./signer.js";

/**
 * Options of {@link fromMfaSession}: AWS's own words in camelCase.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 *
 * @public
 */
export interface MfaSessionOptions extends StsOptions, AccountOptions {
  /**
   * The provider whose credentials sign the call: an IAM user's long-term access key. Default: the credentials of the
   * environment.
   */
  readonly source?: SdkCredentialProvider | undefined;
  /**
   * The user's MFA device: its ARN or its serial number, 9 to 256 characters. Needs `tokenCode`. Without both it is a
   * session without MFA.
   */
  readonly serialNumber?: string | undefined;
  /**
   * Asked for six digits, once for all callers who wait, never from a background refresh. A code is sent once. Needs
   * `serialNumber`.
   */
  readonly tokenCode?: TokenCodeProvider | undefined;
  /** How long the session lives, in seconds: 900 to 129 600, for the root user at most 3600. Default: 43 200. */
  readonly durationSeconds?: number | undefined;
  /** Default: the cache of the process, {@link sharedCache}. */
  readonly cache?: CredentialCache | undefined;
}

const OPTIONS: readonly (keyof MfaSessionOptions)[] = [
  "source",
  "serialNumber",
  "tokenCode",
  "durationSeconds",
  "allowedAccountIds",
  "cache",
  ...STS_OPTIONS,
];

const DEFAULT_DURATION_SECONDS = 43_200;

/** A device's ARN tells whose it is; the number on a hardware device does not. */
const DEVICE_ARN = /^arn:(aws[a-z-]*):iam::(\d{12}):/;

/** One session as its loads need it. */
interface Session {
  readonly name: string;
  readonly partition: string | undefined;
  readonly accountId: string | undefined;
  readonly input: { readonly DurationSeconds: number; readonly SerialNumber?: string };
  readonly tokenCode: TokenCodeProvider | undefined;
  readonly signer: Signer;
  readonly sts: StsOptions;
  readonly allowed: AllowedAccounts;
}

/**
 * A user's session with MFA, by `GetSessionToken`: one code, then any number of roles on top of it, as their `source`.
 * In STS the session may call AssumeRole and GetCallerIdentity only.
 *
 * Calls fail with `ERR_CREDENTIALS_DENIED` when STS refuses the code, `ERR_CREDENTIALS_CONFIG` when the signer's
 * credentials are temporary or the code is not six digits, and otherwise as those of {@link fromAssumeRole}. Once
 * expired, the session is not served: it is asked for a new code, when somebody waits.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function fromMfaSession(options: MfaSessionOptions = {}): CredentialProvider {
  requireKnown("fromMfaSession", options, OPTIONS);
  const cache = cacheOrShared(options.cache);
  const allowed = readAllowedAccounts(options);
  requireMfaPair(options);
  const { serialNumber, tokenCode, durationSeconds = DEFAULT_DURATION_SECONDS } = options;
  const device = serialNumber === undefined ? undefined : requireText("serialNumber", serialNumber, SERIAL_NUMBER);
  const [, partition, accountId] = DEVICE_ARN.exec(device ?? "") ?? [];
  if (accountId !== undefined) {
    requireAllowed(accountId, allowed, `the MFA device ${device}`);
  }
  const label = device === undefined ? "session" : `mfa-session ${device}`;
  const signer = createSigner(options.source, { name: label, cache, operation: "GetSessionToken" });
  const session: Session = {
    name: `${label} ← ${signer.name}`,
    partition,
    accountId,
    input: {
      DurationSeconds: requireSeconds("durationSeconds", durationSeconds, USER_DURATION_SECONDS),
      ...(device === undefined ? {} : { SerialNumber: device }),
    },
    tokenCode,
    signer,
    sts: checkStsOptions(options, partition),
    allowed,
  };
  const prompts = tokenCode !== undefined;
  const source = {
    name: session.name,
    key: () => ({ operation: "GetSessionToken", ...session.input, sts: stsKey(session.sts), signer: signer.key() }),
    load: (context: LoadContext) => start(session, context),
    interactive: prompts,
    mayPrompt: prompts || signer.mayPrompt,
    session: "session-token" as const,
  };
  return cache.provider(guardAccounts(source, allowed, session.sts));
}

/** A session belongs to its user's account: where only STS can tell that, it is asked before a person is. */
async function start(session: Session, context: LoadContext): Promise<LoadedCredentials> {
  const { input, tokenCode, signer, allowed, sts } = session;
  const device = input.SerialNumber ?? "";
  let { accountId } = session;
  if (allowed !== undefined && accountId === undefined) {
    const credentials = await signer.credentials(context);
    accountId = credentials.accountId ?? (await accountOf(credentials, context, sts));
    requireAllowed(accountId, allowed, signer.name);
  }
  const codes = tokenCode && openCodeDesk(tokenCode, device, context.clock);
  return loadFromSts<GetSessionTokenCommandInput, GetSessionTokenCommandOutput>({
    operation: "GetSessionToken",
    label: device === "" ? "session" : `mfa-session ${device}`,
    target: device === "" ? signer.name : device,
    partition: session.partition,
    options: sts,
    context,
    signer,
    input: async () => (codes === undefined ? input : { ...input, TokenCode: await codes.ask() }),
    secrets: (sent) => [sent.TokenCode ?? ""],
    attempts: tokenCode === undefined ? 3 : 1,
    feature: { CREDENTIALS_STS_SESSION_TOKEN: "m" },
    accountId: (_output, signedWith) => accountId ?? signedWith?.accountId,
    details: () => ({ serialNumber: input.SerialNumber }),
  }).catch((error: unknown) => {
    codes?.failed(error);
    throw error;
  });
}
