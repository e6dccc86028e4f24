import { CredentialsConfigError } from "../errors.js";
import type { CredentialRequest, Credentials, KeyParts } from "../types.js";
import { type BoundSource, keyParts } from "./bound-source.js";
import type { CacheEntry } from "./cache-entry.js";
import { hashKey } from "./cache-key.js";
import type { Engine } from "./engine.js";
import { isBackground } from "./provider-internals.js";
import { readMinRemainingMs, readSignal } from "./read-request.js";
import { type ServeRequest, serve } from "./serve.js";

/** What one provider holds: its source, its cache, and the entry it found last. */
export interface Binding {
  readonly engine: Engine;
  readonly source: BoundSource;
  /** The hash of a key that cannot change, once it was needed. */
  keyHash: string | undefined;
  /** The parts of the key as they were told last. */
  parts: KeyParts | undefined;
  entry: CacheEntry | undefined;
}

/** Binds a source to a cache. The entry is found at the first call, and again after it was evicted. */
export function createBinding(engine: Engine, source: BoundSource): Binding {
  return { engine, source, keyHash: undefined, parts: undefined, entry: undefined };
}

/** Answers whatever the hot path does not: finds the entry anew and decides. */
export function provideSlowly(binding: Binding, request: CredentialRequest): Promise<Credentials> {
  try {
    return serve(binding.engine, bindEntry(binding), readRequest(binding, request));
  } catch (error) {
    return Promise.reject(error);
  }
}

function bindEntry(binding: Binding): CacheEntry {
  const { engine, source } = binding;
  if (engine.disposed) {
    throw new CredentialsConfigError(
      `${source.name} belongs to a cache that was disposed. Make the provider with a cache that is in use.`,
    );
  }
  const entry = engine.table.acquire(currentKey(binding), source.name);
  binding.entry = entry;
  return entry;
}

/** Where the key cannot be told any more (the environment lost its variables), what is in hand stays in hand. */
function currentKey(binding: Binding): string {
  try {
    return keyOf(binding);
  } catch (error) {
    if (binding.entry?.set === undefined) {
      throw error;
    }
    return binding.entry.key;
  }
}

/** The entry, without making one. A key that cannot be told now has none. */
export function peekEntry(binding: Binding): CacheEntry | undefined {
  const { engine, entry } = binding;
  try {
    return entry === undefined || entry.evicted ? engine.table.peek(keyOf(binding)) : entry;
  } catch {
    return undefined;
  }
}

/** Who its credentials are to what signs with them. Where that cannot be told any more, who is in hand is still who it was. */
export function signerKey(binding: Binding): KeyParts {
  try {
    return partsOf(binding);
  } catch (error) {
    if (binding.entry?.set === undefined || binding.parts === undefined) {
      throw error;
    }
    return binding.parts;
  }
}

function partsOf(binding: Binding): KeyParts {
  binding.parts = keyParts(binding.source);
  return binding.parts;
}

/** Hashes a key that cannot change once, and any other whenever it is asked for. */
function keyOf(binding: Binding): string {
  if (typeof binding.source.key === "function") {
    return hashKey(partsOf(binding));
  }
  binding.keyHash ??= hashKey(partsOf(binding));
  return binding.keyHash;
}

function readRequest(binding: Binding, request: CredentialRequest): ServeRequest {
  const { engine, source } = binding;
  const { throwTerminal, servePastExpiry } = engine.rules;
  return {
    minRemainingMs: readMinRemainingMs(request),
    force: request.forceRefresh === true,
    throwTerminal,
    servePastExpiry: servePastExpiry && source.staticStability === true,
    interactive: source.interactive === true,
    source,
    background: isBackground(request),
    signal: readSignal(request),
    callerClientConfig: request.callerClientConfig,
    again: () => provideSlowly(binding, request),
  };
}
