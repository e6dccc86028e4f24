import { debug, publish } from "../diagnostics.js";
import type { CredentialProvider, CredentialRequest, Credentials } from "../types.js";
import { createBinding, peekEntry, provideSlowly, signerKey } from "./binding.js";
import type { BoundSource } from "./bound-source.js";
import type { CacheEntry } from "./cache-entry.js";
import type { Engine } from "./engine.js";
import { defineProvider } from "./provider-internals.js";
import { isPlain } from "./read-request.js";
import { statusOf } from "./status.js";

const PLAIN_REQUEST: CredentialRequest = {};

/** Makes the function that users hold. Its first lines are the hot path: no I/O, no timer, no allocation. */
export function createProvider(engine: Engine, source: BoundSource): CredentialProvider {
  const binding = createBinding(engine, source);
  const { clock, table, counters } = engine;

  function provide(request?: CredentialRequest): Promise<Credentials> {
    const { entry } = binding;
    if (entry?.answer !== undefined && (request === undefined || request === null || isPlain(request))) {
      const now = clock.now();
      if (now < entry.freshUntil && now >= entry.validFrom) {
        counters.hits += 1;
        entry.used = true;
        // The newest entry has no newer one, and stays where it is.
        if (entry.newer !== undefined) {
          table.touch(entry);
        }
        return entry.answer;
      }
    }
    return provideSlowly(binding, request ?? PLAIN_REQUEST);
  }

  const { mayPrompt = source.interactive === true, session } = source;
  return defineProvider(provide, {
    name: source.name,
    status: () => statusOf(peekEntry(binding), source.name, clock.now()),
    invalidate: (rejected) => rejectEntry(peekEntry(binding), rejected?.accessKeyId),
    internals: { key: () => signerKey(binding), mayPrompt, session },
  });
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
