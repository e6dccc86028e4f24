import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from "@aws-sdk/client-sts";
import type { Clock } from "../clock.js";
import { CredentialsTransientError } from "../errors.js";
import { callSts } from "../sts/call-sts.js";
import type { StsOptions } from "../sts/sts-options.js";
import type { CallerClientConfig, Credentials, LoadContext } from "../types.js";
import { withContext } from "./with-context.js";

const DEADLINE_MS = 30_000;

/**
 * The account that credentials belong to, asked of STS: it needs no permission.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function accountOf(credentials: Credentials, context: LoadContext, options: StsOptions): Promise<string> {
  const { output, place } = await callSts<GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput>({
    operation: "GetCallerIdentity",
    target: `the access key ${credentials.accessKeyId}`,
    partition: undefined,
    options,
    context,
    signer: { credentials: async () => credentials, renew: async () => undefined },
    input: async () => ({}),
    secrets: () => [],
    attempts: 3,
  }).catch((error: unknown) => {
    throw withContext(error, "`allowedAccountIds` needs the account of the credentials, which STS is asked for");
  });
  if (output.Account === undefined) {
    throw new CredentialsTransientError(
      `STS GetCallerIdentity (${place}) answered without an account. Check that it is STS that answers there.`,
    );
  }
  return output.Account;
}

/** The same for credentials that no cache loads: within a deadline, which keeps the process alive until then. */
export async function lookUpAccount(
  credentials: Credentials,
  asked: { readonly clock: Clock; readonly callerClientConfig: CallerClientConfig | undefined },
): Promise<string> {
  const { clock, callerClientConfig } = asked;
  const controller = new AbortController();
  const timer = clock.schedule(() => controller.abort(), DEADLINE_MS);
  timer.ref();
  const context: LoadContext = {
    signal: controller.signal,
    deadline: clock.now() + DEADLINE_MS,
    background: false,
    renew: false,
    callerClientConfig,
    clock,
    random: Math.random,
  };
  try {
    return await accountOf(credentials, context, {});
  } finally {
    timer.cancel();
  }
}
