import type { Clock } from "../../clock.js";
import type { KeyParts } from "../../types.js";

/** Marks our token sources, also those of another copy of the package. */
const TOKEN_SOURCE: unique symbol = Symbol.for("evercred.tokenSource.v1");

/**
 * What a token source is told.
 *
 * @public
 */
export interface TokenRequest {
  /** Aborted when nobody waits for the token any more: end what was begun. */
  readonly signal: AbortSignal;
  /** True when nobody waits: such a request must never prompt a person. */
  readonly background: boolean;
  /** True when what an earlier token gave was rejected: do not answer from a cache of your own. */
  readonly renew: boolean;
  /** The clock of the cache: read the time here. */
  readonly clock: Clock;
  /** A number in [0, 1): draw jitter here. */
  readonly random: () => number;
}

/**
 * Answers the token an identity provider issued: a JWT. It is asked at every load, and keeps nothing. A function of your
 * own is identified by itself: pass the same function, not a new one a client.
 *
 * @public
 */
export type WebIdentityTokenSource = (request: TokenRequest) => string | Promise<string>;

/** What one of our token sources says of itself, as data. */
export interface TokenSourceInternals {
  /** What it is, for people; never a secret. */
  readonly name: string;
  /**
   * What identifies its tokens within this process, without a secret: two sources made alike have equal keys. It says
   * nothing about *who* the token is for on another machine; the token's issuer and subject do.
   */
  readonly key: () => KeyParts;
  /** Asking it may prompt a person. Default: false. */
  readonly mayPrompt?: boolean | undefined;
}

/** Makes a function one of our token sources. What it says of itself does not show when it is printed. */
export function defineTokenSource(
  name: string,
  key: () => KeyParts,
  read: (request: TokenRequest) => Promise<string>,
): WebIdentityTokenSource {
  const source: WebIdentityTokenSource = async (request) => read(request);
  return Object.freeze(describeTokenSource(source, { name, key }));
}

/** Puts onto a function what it says of itself. */
export function describeTokenSource<T extends object>(source: T, internals: TokenSourceInternals): T {
  Object.defineProperty(source, TOKEN_SOURCE, { value: Object.freeze(internals) });
  return Object.defineProperty(source, "name", { value: internals.name });
}

/** What one of our token sources says of itself; `undefined` for any other function. */
export function tokenSourceInternals(source: object): TokenSourceInternals | undefined {
  return (source as { readonly [TOKEN_SOURCE]?: TokenSourceInternals })[TOKEN_SOURCE];
}
