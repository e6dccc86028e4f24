import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import type { TimeSource } from "../emulator-clock.js";
import { type FetchBounds, fetchJson, keyNotRetrieved } from "./fetch-json.js";

export type KeyOfToken = ReturnType<typeof createLocalJWKSet>;

/** The published keys of identity providers, remembered for a while. */
export interface ProviderKeys {
  /** The keys of an issuer; `fresh` asks it again even when it was asked a moment ago. Rejects with `AwsError`. */
  keysOf(issuer: string, options?: { readonly fresh: boolean }): Promise<KeyOfToken>;
}

const keptMs = 60_000;

// AWS waits for five seconds. On loopback a second is long, and a silent issuer should not cost a test all its time.
const defaultBounds: FetchBounds = { timeoutMs: 2000, maxBytes: 1024 * 1024 };

export function createProviderKeys(clock: TimeSource, bounds: FetchBounds = defaultBounds): ProviderKeys {
  const kept = new Map<string, { readonly keys: Promise<KeyOfToken>; readonly fetchedAtMs: number }>();
  return {
    keysOf(issuer, { fresh } = { fresh: false }): Promise<KeyOfToken> {
      const known = kept.get(issuer);
      const ageMs = known === undefined ? Number.NaN : clock.now() - known.fetchedAtMs;
      // The emulator's clock may be set back, too.
      if (known !== undefined && !fresh && ageMs >= 0 && ageMs < keptMs) return known.keys;
      const keys = fetchKeys(issuer, bounds);
      kept.set(issuer, { keys, fetchedAtMs: clock.now() });
      keys.catch(() => {
        if (kept.get(issuer)?.keys === keys) kept.delete(issuer);
      });
      return keys;
    },
  };
}

async function fetchKeys(issuer: string, bounds: FetchBounds): Promise<KeyOfToken> {
  const discovery = await fetchJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, bounds);
  const { issuer: named, jwks_uri: keysUri } = (discovery ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  // https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
  if (named !== issuer) throw keyNotRetrieved();
  const keys = await fetchJson(keysUri, bounds);
  try {
    return createLocalJWKSet(keys as JSONWebKeySet);
  } catch {
    throw keyNotRetrieved();
  }
}
