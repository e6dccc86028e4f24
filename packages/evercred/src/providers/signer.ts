import type { CredentialCache } from "../cache/credential-cache.js";
import { kindOf } from "../cache/option-checks.js";
import { asBackground, internalsOf } from "../cache/provider-internals.js";
import { CredentialsConfigError, CredentialsTransientError } from "../errors.js";
import type { CallSigner } from "../sts/call-material.js";
import type { CredentialProvider, CredentialRequest, Credentials, KeyParts, LoadContext } from "../types.js";
import { fromEnv } from "./from-env.js";
import { fromProvider, type SdkCredentialProvider } from "./from-provider.js";
import { requireLongTerm, requireMayCall, type SignedOperation } from "./session-kind.js";
import { withContext } from "./with-context.js";

/** The provider whose credentials sign the calls of a derived one. */
export interface Signer extends CallSigner {
  readonly name: string;
  /** Asking it may prompt a person. */
  readonly mayPrompt: boolean;
  /** It signs with a role's session: what it assumes is a chained role. */
  readonly isRoleSession: boolean;
  /** Who signs: a part of every derived key. */
  key(): KeyParts;
  /** Which links and hops its credentials came from. */
  origin(): readonly string[];
}

/** What the signer is for. */
export interface SignerUse {
  readonly name: string;
  readonly cache: CredentialCache;
  readonly operation: SignedOperation;
  /** How long its credentials should live at least, in milliseconds, beyond what a call takes. Default: 0. */
  readonly lifeMs?: number | undefined;
}

/** A signature must be good when it arrives, and its retries too: this long at least, or what is left of the load. */
const SIGNER_LIFE_MS = 60_000;

/** Until there is a default chain, a provider without `source` signs with the environment's credentials. */
export function createSigner(source: SdkCredentialProvider | undefined, whose: SignerUse): Signer {
  if (source !== undefined && typeof source !== "function") {
    throw new CredentialsConfigError(
      `\`source\` must be a provider function, ours or the SDK's; got ${kindOf(source)}. Keys in hand go through ` +
        "fromStatic.",
    );
  }
  const provider: CredentialProvider = source === undefined ? fromEnv() : fromProvider(source, { cache: whose.cache });
  const internals = internalsOf(provider);
  requireMayCall(whose.operation, internals?.session);
  const inContext = (error: unknown): unknown =>
    withContext(error, `${whose.name} has no credentials to sign with (source: ${provider.name})`);

  const askInContext = async (context: LoadContext): Promise<Credentials> => {
    const credentials = await ask(provider, context, whose.lifeMs ?? 0).catch((error: unknown) =>
      Promise.reject(inContext(error)),
    );
    requireLongTerm(whose.operation, credentials, provider.name);
    return credentials;
  };

  return {
    name: provider.name,
    mayPrompt: internals?.mayPrompt === true,
    isRoleSession: internals?.session === "role",
    key() {
      try {
        return internals?.key() ?? {};
      } catch (error) {
        throw inContext(error);
      }
    },
    origin: () => provider.status().origin,
    credentials: askInContext,
    async renew(rejected, context) {
      provider.invalidate({ accessKeyId: rejected.accessKeyId });
      const renewed = await askInContext(context);
      if (renewed.accessKeyId !== rejected.accessKeyId) {
        return renewed;
      }
      // Served all the same because its own refresh failed: that passes, and nothing has ended for good.
      const { lastError } = provider.status();
      if (lastError?.code === "ERR_CREDENTIALS_TRANSIENT" || lastError?.code === "ERR_CREDENTIALS_TIMEOUT") {
        throw inContext(new CredentialsTransientError(lastError.message));
      }
      return undefined;
    },
  };
}

/** Credentials that outlive the call; when there are none, whatever is good now. */
async function ask(provider: CredentialProvider, context: LoadContext, lifeMs: number): Promise<Credentials> {
  const { callerClientConfig, signal, background } = context;
  const bare: CredentialRequest = { callerClientConfig, signal };
  const request = background ? asBackground(bare) : bare;
  const leftMs = Math.max(0, context.deadline - context.clock.now());
  try {
    return await provider({ ...request, minRemainingMs: lifeMs + Math.min(SIGNER_LIFE_MS, leftMs) });
  } catch (error) {
    if (signal.aborted || provider.status().phase === "empty") {
      throw error;
    }
    return provider(request);
  }
}
