import { debug, publish } from "../diagnostics.js";
import { CredentialsConfigError } from "../errors.js";
import type { CredentialProvider, CredentialRequest, CredentialSource, Credentials, KeyParts } from "../types.js";
import type { BoundSource } from "./bound-source.js";
import type { CacheEntry } from "./cache-entry.js";
import { hashKey } from "./cache-key.js";
import type { Engine } from "./engine.js";
import { defineProvider, isBackground, type ProviderInternals } from "./provider-internals.js";
import { isPlain, readMinRemainingMs, readSignal } from "./read-request.js";
import { type ServeRequest, serve } from "./serve.js";
import { statusOf } from "./status.js";

const PLAIN_REQUEST: CredentialRequest = {};

/** Binds a source to a cache. The entry is found at the first call, and again after it was evicted. */
export function createProvider(engine: Engine, source: BoundSource): CredentialProvider {
  const { clock, table, counters, rules } = engine;
  const name = source.name;
  const keyHash = keyHasher(source);
  let bound: CacheEntry | undefined;

  function provide(request?: CredentialRequest): Promise<Credentials> {
    const entry = bound;
    if (entry?.answer !== undefined && (request === undefined || isPlain(request))) {
      const now = clock.now();
      if (now < entry.freshUntil && now >= entry.validFrom) {
        counters.hits += 1;
        entry.used = true;
        table.touch(entry);
        return entry.answer;
      }
    }
    return provideSlowly(request ?? PLAIN_REQUEST);
  }

  function provideSlowly(request: CredentialRequest): Promise<Credentials> {
    try {
      return serve(engine, bind(), readRequest(request));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  function bind(): CacheEntry {
    if (engine.disposed) {
      throw new CredentialsConfigError(
        `${name} belongs to a cache that was disposed. Make the provider with a cache that is in use.`,
      );
    }
    bound = table.acquire(currentKey(), name);
    return bound;
  }

  /** Where the key cannot be told any more (the environment lost its variables), what is in hand stays in hand. */
  function currentKey(): string {
    try {
      return keyHash();
    } catch (error) {
      if (bound?.set === undefined) {
        throw error;
      }
      return bound.key;
    }
  }

  /** The entry, without making one. A key that cannot be told now has none. */
  function peek(): CacheEntry | undefined {
    try {
      return bound === undefined || bound.evicted ? table.peek(keyHash()) : bound;
    } catch {
      return undefined;
    }
  }

  function readRequest(request: CredentialRequest): ServeRequest {
    return {
      minRemainingMs: readMinRemainingMs(request),
      force: request.forceRefresh === true,
      throwTerminal: rules.throwTerminal,
      servePastExpiry: rules.servePastExpiry && source.staticStability === true,
      interactive: source.interactive === true,
      source,
      background: isBackground(request),
      signal: readSignal(request),
      callerClientConfig: request.callerClientConfig,
      again: () => provideSlowly(request),
    };
  }

  const invalidate: CredentialProvider["invalidate"] = (rejected) => rejectEntry(peek(), rejected?.accessKeyId);
  const status = () => statusOf(peek(), name, clock.now());
  return defineProvider(provide, { name, status, invalidate, internals: describeSource(source) });
}

/** Marks the cached set as no longer taken, when it is the one that was rejected. */
function rejectEntry(entry: CacheEntry | undefined, accessKeyId: string | undefined): void {
  const cached = entry?.set?.credentials.accessKeyId;
  if (entry === undefined || cached === undefined || (accessKeyId !== undefined && accessKeyId !== cached)) {
    return;
  }
  entry.rejected = true;
  entry.freshUntil = Number.NEGATIVE_INFINITY;
  publish("invalidate", () => ({ name: entry.name, key: entry.key, accessKeyId: cached }));
  debug("%s: credentials were rejected", entry.name);
}

function describeSource(source: BoundSource): ProviderInternals {
  const { mayPrompt = source.interactive === true, session } = source;
  return { key: () => keyParts(source), mayPrompt, session };
}

function keyParts(source: CredentialSource): KeyParts {
  return typeof source.key === "function" ? source.key() : source.key;
}

/** Hashes a key that cannot change once, and any other whenever it is asked for. */
function keyHasher(source: CredentialSource): () => string {
  if (typeof source.key === "function") {
    return () => hashKey(keyParts(source));
  }
  let hashed: string | undefined;
  return () => {
    hashed ??= hashKey(keyParts(source));
    return hashed;
  };
}
