import type { AssumeRootCommandInput, AssumeRootCommandOutput } from "@aws-sdk/client-sts";
import type { CredentialCache } from "../cache/credential-cache.js";
import { requireKnown } from "../cache/option-checks.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import { CredentialsConfigError } from "../errors.js";
import { requireSeconds, requireText } from "../sts/input-limits.js";
import { checkStsOptions, STS_OPTIONS, type StsOptions, stsKey } from "../sts/sts-options.js";
import type { CredentialProvider, LoadContext } from "../types.js";
import { type AccountOptions, guardAccounts, readAllowedAccounts, requireAllowed } from "./allowed-accounts.js";
import type { SdkCredentialProvider } from "./from-provider.js";
import { loadFromSts } from "./load-from-sts.js";
import { createSigner } from "./signer.js";

/**
 * Options of {@link fromAssumeRoot}: AWS's own words in camelCase.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 *
 * @public
 */
export interface AssumeRootOptions extends StsOptions, AccountOptions {
  /** The member account whose root user is to act: its twelve digits, or `arn:aws:iam::123456789012:root`. */
  readonly targetPrincipal: string;
  /**
   * What the root user may do: one of the policies `IAMAuditRootUserCredentials`, `IAMCreateRootUserPassword`,
   * `IAMDeleteRootUserCredentials`, `S3UnlockBucketPolicy` and `SQSUnlockQueuePolicy` of
   * `arn:aws:iam::aws:policy/root-task/`.
   */
  readonly taskPolicyArn: string;
  /**
   * The provider whose credentials sign the call: a user or a role of the management account, or of the delegated
   * administrator for IAM. Default: the credentials of the environment.
   */
  readonly source?: SdkCredentialProvider | undefined;
  /** How long the session lives, in seconds: 0 to 900. Default: 900. */
  readonly durationSeconds?: number | undefined;
  /** Default: the cache of the process, {@link sharedCache}. */
  readonly cache?: CredentialCache | undefined;
}

const OPTIONS: readonly (keyof AssumeRootOptions)[] = [
  "targetPrincipal",
  "taskPolicyArn",
  "source",
  "durationSeconds",
  "allowedAccountIds",
  "cache",
  ...STS_OPTIONS,
];

const DURATION_SECONDS = { min: 0, max: 900 };
const TARGET = { min: 12, max: 2048 };
const TASK_POLICY = { min: 1, max: 2048 };

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html */
const TASKS = [
  "IAMAuditRootUserCredentials",
  "IAMCreateRootUserPassword",
  "IAMDeleteRootUserCredentials",
  "S3UnlockBucketPolicy",
  "SQSUnlockQueuePolicy",
];
const ROOT_TASK = /^arn:aws[a-z-]*:iam::aws:policy\/root-task\//;

/**
 * A short session as the root user of a member account, for one task, by `AssumeRoot`. Its calls go to regional endpoints
 * only: STS does not have the operation on the global one.
 *
 * Calls fail with `ERR_CREDENTIALS_DENIED` when STS refuses (central root access may be off in the organization), and
 * otherwise as those of {@link fromAssumeRole}. Once expired, the session is not served.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function fromAssumeRoot(options: AssumeRootOptions): CredentialProvider {
  requireKnown("fromAssumeRoot", options, OPTIONS);
  const cache = cacheOrShared(options.cache);
  const { accountId } = readTarget(options.targetPrincipal);
  const taskPolicyArn = requireTaskPolicy(options.taskPolicyArn);
  const partition = taskPolicyArn.split(":")[1];
  const allowed = readAllowedAccounts(options);
  requireAllowed(accountId, allowed, `the root user of ${accountId}`);
  const label = `assume-root ${accountId}`;
  const signer = createSigner(options.source, { name: label, cache, operation: "AssumeRoot" });
  const { durationSeconds = DURATION_SECONDS.max } = options;
  const input = {
    TargetPrincipal: options.targetPrincipal,
    TaskPolicyArn: { arn: taskPolicyArn },
    DurationSeconds: requireSeconds("durationSeconds", durationSeconds, DURATION_SECONDS),
  };
  const sts = checkStsOptions(options, partition);
  const source = {
    name: `${label} ← ${signer.name}`,
    key: () => ({ operation: "AssumeRoot", ...input, sts: stsKey(sts), signer: signer.key() }),
    load: (context: LoadContext) =>
      loadFromSts<AssumeRootCommandInput, AssumeRootCommandOutput>({
        operation: "AssumeRoot",
        label,
        target: accountId,
        partition,
        options: sts,
        context,
        signer,
        regionalOnly: true,
        input: async () => input,
        secrets: () => [],
        attempts: 3,
        feature: {},
        accountId: () => accountId,
        details: ({ SourceIdentity }) => ({ taskPolicyArn: input.TaskPolicyArn.arn, sourceIdentity: SourceIdentity }),
      }),
    mayPrompt: signer.mayPrompt,
    session: "root" as const,
  };
  return cache.provider(guardAccounts(source, allowed, sts));
}

function readTarget(targetPrincipal: unknown): { readonly accountId: string } {
  const text = requireText("targetPrincipal", targetPrincipal, TARGET);
  const [, ofArn] = /^arn:aws[a-z-]*:iam::(\d{12}):root$/.exec(text) ?? [];
  const accountId = /^\d{12}$/.test(text) ? text : ofArn;
  if (accountId === undefined) {
    throw new CredentialsConfigError(
      "`targetPrincipal` must be a member account: its id of twelve digits, or arn:aws:iam::123456789012:root; got " +
        `${JSON.stringify(text.slice(0, 100))}.`,
    );
  }
  return { accountId };
}

function requireTaskPolicy(value: unknown): string {
  const arn = requireText("taskPolicyArn", value, TASK_POLICY);
  if (!ROOT_TASK.test(arn)) {
    const known = TASKS.find((task) => arn.endsWith(task)) ?? TASKS[0];
    throw new CredentialsConfigError(
      `\`taskPolicyArn\` must be a policy for root tasks such as arn:aws:iam::aws:policy/root-task/${known}; got ` +
        `${JSON.stringify(arn.slice(0, 100))}. There are ${TASKS.join(", ")}.`,
    );
  }
  return arn;
}
