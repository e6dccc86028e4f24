import type { GetCallerIdentityCommandInput, GetCallerIdentityCommandOutput } from "@aws-sdk/client-sts";
import type { Clock } from "../clock.js";
import { CredentialsTransientError } from "../errors.js";
import type { StsOptions } from "../sts/sts-options.js";
import type { Credentials, LoadContext } from "../types.js";

const DEADLINE_MS = 30_000;

/**
 * The account that credentials belong to, asked of STS: it needs no permission.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function accountOf(credentials: Credentials, context: LoadContext, options: StsOptions): Promise<string> {
  const { callSts } = await import("../sts/call-sts.js");
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
  });
  if (output.Account === undefined) {
    throw new CredentialsTransientError(
      `STS GetCallerIdentity (${place}) answered without an account. Check that it is STS that answers there.`,
    );
  }
  return output.Account;
}

/** What a load is told, for a call that no cache makes. */
export function contextOf(clock: Clock): LoadContext {
  const controller = new AbortController();
  clock.schedule(() => controller.abort(), DEADLINE_MS);
  return {
    signal: controller.signal,
    deadline: clock.now() + DEADLINE_MS,
    background: false,
    renew: false,
    clock,
    random: Math.random,
  };
}
