import type { AwsCredentialIdentity } from "@smithy/types";
import type { CredentialCache } from "../cache/credential-cache.js";
import { identityOf } from "../cache/identity-of.js";
import { kindOf, requireKnown } from "../cache/option-checks.js";
import { asBackground, internalsOf } from "../cache/provider-internals.js";
import { cacheOrShared } from "../cache/shared-cache.js";
import {
  CredentialsConfigError,
  CredentialsDeniedError,
  CredentialsExpiredError,
  isCredentialsError,
} from "../errors.js";
import { classifyServiceError, describeServiceError } from "../sts/service-error.js";
import type { CredentialProvider, LoadContext } from "../types.js";
import { type AccountOptions, type AllowedAccounts, guardAccounts, readAllowedAccounts } from "./allowed-accounts.js";

/**
 * Any credential provider function of the AWS SDK for JavaScript v3, and any function of its shape.
 *
 * @public
 */
// biome-ignore lint/suspicious/noExplicitAny: the SDK declares its parameter as Record<string, any>.
export type SdkCredentialProvider = (properties?: Record<string, any>) => Promise<AwsCredentialIdentity>;

/**
 * Options of {@link fromProvider}.
 *
 * @public
 */
export interface AdoptOptions extends AccountOptions {
  /** What it is, for people. Default: the function's name. */
  readonly name?: string | undefined;
  /** Serve its credentials past their expiration while it fails. Default: false. */
  readonly staticStability?: boolean | undefined;
  /** It may prompt a person: never ask it from a background refresh. Default: false. */
  readonly interactive?: boolean | undefined;
  /** Default: {@link sharedCache}. */
  readonly cache?: CredentialCache | undefined;
}

/**
 * Adopts a provider function of the AWS SDK: its credentials, with their `expiration`, `accountId` and `$source`, are
 * kept in the cache and refreshed ahead. The function itself is the key: adopt one function, not a new one a client.
 * One of our providers comes back as it is. Credentials without an `expiration` are kept until they are invalidated.
 *
 * @throws {@link CredentialsConfigError} when it is no function.
 * @public
 */
export function fromProvider(provider: SdkCredentialProvider, options: AdoptOptions = {}): CredentialProvider {
  if (typeof provider !== "function") {
    throw new CredentialsConfigError(
      `fromProvider takes a function that answers credentials; got ${kindOf(provider)}. ` +
        "Keys in hand go through fromStatic.",
    );
  }
  requireKnown("fromProvider", options, ["name", "staticStability", "interactive", "allowedAccountIds", "cache"]);
  const allowed = readAllowedAccounts(options);
  if (internalsOf(provider) !== undefined) {
    requireNoGuard(allowed);
    return provider as CredentialProvider;
  }
  const { staticStability, interactive } = options;
  const cache = cacheOrShared(options.cache);
  const name = options.name ?? `provider ${provider.name || "(anonymous)"}`;
  const source = {
    name,
    key: { operation: "adopted function", function: identityOf(provider) },
    load: (context: LoadContext) => load(provider, name, context),
    staticStability,
    interactive,
  };
  return cache.provider(guardAccounts(source, allowed));
}

/** One of ours comes back as it is, and would come back unguarded. */
function requireNoGuard(allowed: AllowedAccounts): void {
  if (allowed !== undefined) {
    throw new CredentialsConfigError(
      "`allowedAccountIds` cannot be given to fromProvider for a provider of Evercred: give it to that provider's own options.",
    );
  }
}

async function load(
  provider: SdkCredentialProvider,
  name: string,
  context: LoadContext,
): Promise<AwsCredentialIdentity> {
  const { callerClientConfig, renew, background } = context;
  const request = { callerClientConfig, forceRefresh: renew };
  try {
    // A function of the user's may pass it on to one of ours, which must not prompt then.
    return await provider(background ? asBackground(request) : request);
  } catch (error) {
    throw translate(withoutResponse(error), name);
  }
}

/** The SDK hides the response in its errors, and in one that broke off there are credentials: a copy carries the rest. */
function withoutResponse(error: unknown): unknown {
  if (!(error instanceof Error) || !("$response" in error || "$responseBodyText" in error)) {
    return error;
  }
  const cause = error.cause === undefined ? undefined : { cause: withoutResponse(error.cause) };
  const copy = Object.assign(new Error(error.message, cause), error);
  Object.defineProperties(copy, { name: { value: error.name }, stack: { value: error.stack } });
  for (const hidden of ["$response", "$responseBodyText"]) {
    Reflect.deleteProperty(copy, hidden);
  }
  return copy;
}

/** What the service refused stays refused: only then is the error one of ours already here. */
function translate(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || isCredentialsError(error)) {
    return error;
  }
  const { code, message, requestId } = describeServiceError(error);
  const what = `${name} was refused with ${code}: ${message}.`;
  const failure = classifyServiceError(error);
  if (failure === "renew") {
    return new CredentialsExpiredError(`${what} Renew the credentials or the token it uses.`, { cause: error });
  }
  if (failure === "config") {
    return new CredentialsConfigError(`${what} Mend what it is configured with.`, { cause: error });
  }
  if (failure === "denied") {
    const refusal = { serviceCode: code, requestId, operation: name, cause: error };
    return new CredentialsDeniedError(`${what} Check what it is allowed to do.`, refusal);
  }
  return error;
}
