import type { AwsCredentialIdentity } from "@smithy/types";
import type { Clock, CredentialSource, LoadContext, LoadedCredentials } from "../../src/index.js";
import { randomCredentials } from "./random-credentials.js";

/** One load that a test answers by hand. */
export interface PendingLoad {
  readonly context: LoadContext;
  answer(value: unknown): void;
  fail(error: unknown): void;
}

/** What a source does when it is asked: answer at once, wait for the test, or fail. */
export type Behaviour = "answer" | "wait" | Error | (() => unknown);

/** A source that a test drives. */
export interface TestSource extends CredentialSource {
  /** Every load there was, in order. */
  readonly loads: PendingLoad[];
  behaviour: Behaviour;
  /** The lifetime of the sets it answers by itself. */
  lifetimeMs: number;
}

const HOUR_MS = 3_600_000;
let sources = 0;

/** A source with a key of its own, which answers sets of one hour until it is told otherwise. */
export function testSource(clock: Clock, members: Partial<TestSource> = {}): TestSource {
  sources += 1;
  const loads: PendingLoad[] = [];
  const source: TestSource = {
    name: `test source ${sources}`,
    key: { source: sources },
    behaviour: "answer",
    lifetimeMs: HOUR_MS,
    loads,
    load: (context) => respond(source, { clock, context }),
    ...members,
  };
  return source;
}

function respond(
  source: TestSource,
  asked: { readonly clock: Clock; readonly context: LoadContext },
): Promise<AwsCredentialIdentity | LoadedCredentials> {
  return new Promise((resolve, reject) => {
    const answer = resolve as (value: unknown) => void;
    source.loads.push({ context: asked.context, answer, fail: reject });
    const { behaviour } = source;
    if (behaviour instanceof Error) {
      reject(behaviour);
    } else if (typeof behaviour === "function") {
      answer(behaviour());
    } else if (behaviour === "answer") {
      answer(credentialsFor(asked.clock, source.lifetimeMs));
    }
  });
}

/** A set that lives that long from now. */
export function credentialsFor(clock: Clock, lifetimeMs: number): AwsCredentialIdentity {
  return randomCredentials({ expiration: new Date(clock.now() + lifetimeMs) });
}
