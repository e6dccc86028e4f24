import { channel, tracingChannel } from "node:diagnostics_channel";
import { debuglog } from "node:util";
import type { CredentialsErrorCode } from "./errors.js";

/**
 * What subscribers of the tracing channel `evercred:refresh` get. One object a load, filled in as it goes.
 *
 * @public
 */
export interface RefreshEvent {
  /** The source that is asked. */
  readonly name: string;
  /** The hashed cache key. */
  readonly key: string;
  /** True when nobody waits for this load. */
  readonly background: boolean;
  /** `asyncEnd`: when the new credentials expire. */
  expiration?: Date | undefined;
  /** `error`: the failure. */
  error?: unknown;
}

/**
 * What subscribers of `evercred:serve-stale`, `evercred:invalidate` and `evercred:evict` get.
 *
 * @public
 */
export interface EntryEvent {
  /** The source the entry belongs to. */
  readonly name: string;
  /** The hashed cache key. */
  readonly key: string;
  /** The set it is about, where there is one. */
  readonly accessKeyId?: string | undefined;
  /** `evercred:serve-stale`: the failure that keeps it from being fresh. */
  readonly errorCode?: CredentialsErrorCode | undefined;
}

/**
 * What subscribers of `evercred:failover` get: STS of one region did not answer, and another is asked.
 *
 * @public
 */
export interface FailoverEvent {
  /** AWS's name of the operation. */
  readonly operation: string;
  /** What it is about: a role's ARN. */
  readonly target: string;
  /** The region that did not answer. */
  readonly from: string;
  /** The region that is asked next. */
  readonly to: string;
  /** The code of the failure. */
  readonly reason: string;
}

type EntryChannel = "serve-stale" | "invalidate" | "evict";

const refreshChannel = tracingChannel<RefreshEvent>("evercred:refresh");
const failoverChannel = channel("evercred:failover");
const entryChannels = {
  "serve-stale": channel("evercred:serve-stale"),
  invalidate: channel("evercred:invalidate"),
  evict: channel("evercred:evict"),
};

/**
 * One line a decision on stderr, when `NODE_DEBUG=evercred` is set.
 *
 * @internal
 */
export const debug: (message: string, ...parts: readonly unknown[]) => void = debuglog("evercred");

/**
 * Runs a load inside the tracing channel `evercred:refresh`; costs nothing while nobody listens.
 *
 * @internal
 */
export function traceRefresh<T>(event: RefreshEvent, load: () => Promise<T>): Promise<T> {
  return refreshChannel.hasSubscribers ? refreshChannel.tracePromise(load, event) : load();
}

/**
 * Publishes what happened to an entry, when somebody listens. The event is made only then.
 *
 * @internal
 */
export function publish(name: EntryChannel, makeEvent: () => EntryEvent): void {
  const target = entryChannels[name];
  if (target.hasSubscribers) {
    target.publish(makeEvent());
  }
}

/**
 * Publishes that another region is asked, when somebody listens.
 *
 * @internal
 */
export function publishFailover(makeEvent: () => FailoverEvent): void {
  if (failoverChannel.hasSubscribers) {
    failoverChannel.publish(makeEvent());
  }
}
