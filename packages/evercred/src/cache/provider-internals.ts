import type { CredentialProvider, CredentialRequest, KeyParts } from "../types.js";

/** Marks our providers, also those of another copy of the package. */
const PROVIDER: unique symbol = Symbol.for("evercred.provider.v1");

/** Marks a request that nobody waits for: what answers it must not prompt a person. */
const BACKGROUND: unique symbol = Symbol.for("evercred.background.v1");

/** What temporary credentials are to STS: some may call less than others. */
export type SessionKind = "role" | "session-token" | "federation" | "root";

/** What one of our providers tells another that signs with it. */
export interface ProviderInternals {
  /** What identifies its credentials: the signer's part of a derived key. */
  readonly key: () => KeyParts;
  /** Asking it may prompt a person, itself or through its own signer. */
  readonly mayPrompt: boolean;
  /** It holds its credentials in hand: when it can tell its key, it can answer. */
  readonly inHand?: boolean | undefined;
  /** What its credentials are to STS, where that is known. */
  readonly session?: SessionKind | undefined;
}

/** A request as one of our providers passes it on to another. */
export interface InternalRequest extends CredentialRequest {
  readonly [BACKGROUND]?: boolean;
}

/** What is put onto the function of a provider. */
export type ProviderMembers = Omit<CredentialProvider, "memoized"> & { readonly internals: ProviderInternals };

/** Makes a function one of our providers. Its members cannot be changed, and do not show when it is printed. */
export function defineProvider(
  provide: (request?: CredentialRequest) => Promise<unknown>,
  members: { [K in keyof ProviderMembers]: ProviderMembers[K] },
): CredentialProvider {
  const { internals, name, status, invalidate } = members;
  Object.defineProperty(provide, PROVIDER, { value: internals });
  Object.defineProperty(provide, "name", { value: name });
  return Object.freeze(Object.assign(provide, { memoized: true, status, invalidate })) as CredentialProvider;
}

/** What one of our providers says of itself; `undefined` for any other function. */
export function internalsOf(provider: object): ProviderInternals | undefined {
  return (provider as { readonly [PROVIDER]?: ProviderInternals })[PROVIDER];
}

/** Whether nobody waits for this request. */
export function isBackground(request: CredentialRequest): boolean {
  return (request as InternalRequest)[BACKGROUND] === true;
}

/** The same request, made on behalf of a load that nobody waits for. */
export function asBackground(request: CredentialRequest): CredentialRequest {
  return { ...request, [BACKGROUND]: true } as InternalRequest;
}
