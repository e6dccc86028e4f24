import { identityOf } from "../../cache/identity-of.js";
import { kindOf } from "../../cache/option-checks.js";
import type { Clock } from "../../clock.js";
import { CredentialsConfigError, CredentialsExpiredError, CredentialsTimeoutError } from "../../errors.js";
import type { KeyParts, LoadContext } from "../../types.js";
import { principalKey } from "../principal-key.js";
import type { TokenRequest } from "../tokens/token-source.js";
import { untilAborted } from "../until-aborted.js";
import type { SamlAssertion } from "./read-saml-assertion.js";

/**
 * Answers what an identity provider posts as SAMLResponse: base64. Getting it may need a person.
 *
 * @public
 */
export type SamlAssertionSource = (request: TokenRequest) => string | Promise<string>;

/** An assertion, as it is sent and as it was read. */
export interface HeldAssertion {
  readonly text: string;
  readonly said: SamlAssertion;
}

/** Where a provider gets its assertions. */
export interface AssertionDesk {
  readonly name: string;
  /** What to do once an assertion is no longer taken. */
  readonly renewal: string;
  /** Whose assertions they are, as far as that can be told without one. Never an assertion. */
  key(): KeyParts;
  /** One that can be used now: the one in hand as long as it is good, else a new one, asked once for all who wait. */
  ask(context: LoadContext): Promise<HeldAssertion>;
  /** STS does not take it any more. */
  drop(text: string): void;
}

/** A clock that is a little ahead says of a good assertion that it has expired: within this, STS decides. */
const TOLERANCE_MS = 300_000;

/**
 * Reads the option `assertion`.
 *
 * @throws {@link CredentialsConfigError}
 */
export function assertionDesk(assertion: string | SamlAssertionSource, interactive: boolean): AssertionDesk {
  if (typeof assertion === "string") {
    return fixedAssertion(assertion);
  }
  if (typeof assertion !== "function") {
    throw new CredentialsConfigError(
      "`assertion` must be the SAMLResponse that the identity provider posts, as a string, or a function that answers it; " +
        `got ${kindOf(assertion)}.`,
    );
  }
  return deskOf(assertion, interactive);
}

function fixedAssertion(text: string): AssertionDesk {
  const renewal = "An assertion given as a text cannot be renewed: sign in again, or give a function that does.";
  return {
    name: "saml assertion",
    renewal,
    // Of the whole assertion: nobody has checked its signature, and anybody can write a subject.
    key: () => principalKey({ accessKeyId: "assertion", secretAccessKey: text }),
    ask: (context) => readUsable(text, context.clock, renewal),
    drop: () => {},
  };
}

/** One question to the function, for everybody who waits. */
interface Pending {
  readonly answer: Promise<HeldAssertion>;
  /** Nobody waited when it was asked: the function was told not to prompt. */
  readonly background: boolean;
  /** After this nobody waits for it any more. */
  readonly until: number;
  /** It ended because its time was over. */
  isLate: boolean;
}

interface Desk {
  held: HeldAssertion | undefined;
  /** STS did not take the one before. */
  refused: boolean;
  pending: Pending | undefined;
}

/** One a function and clock, whoever holds it: one assertion serves many roles. */
const desks = new WeakMap<Clock, WeakMap<SamlAssertionSource, Desk>>();

function deskOf(source: SamlAssertionSource, interactive: boolean): AssertionDesk {
  const name = `saml assertion function ${source.name || "(anonymous)"}`;
  const renewal = "The next call that waits asks for a new one.";
  let last: Desk | undefined;
  return {
    name,
    renewal,
    key: () => ({ function: identityOf(source) }),
    async ask(context) {
      const desk = openDesk(source, context.clock);
      last = desk;
      for (;;) {
        if (desk.held !== undefined && isUsable(desk.held.said, context.clock.now())) {
          return desk.held;
        }
        desk.held = undefined;
        const pending = canJoin(desk.pending, context) ?? startAsking(desk, source, { context, renewal, interactive });
        try {
          return await untilAborted(pending.answer, context.signal);
        } catch (error) {
          // Who came last has time left when the question of the first is over, and asks again.
          if (!pending.isLate || context.signal.aborted || context.clock.now() >= context.deadline) {
            throw error;
          }
        }
      }
    },
    drop(text) {
      if (last?.held?.text === text) {
        last.held = undefined;
        last.refused = true;
      }
    },
  };
}

function openDesk(source: SamlAssertionSource, clock: Clock): Desk {
  const ofClock = desks.get(clock) ?? new WeakMap<SamlAssertionSource, Desk>();
  desks.set(clock, ofClock);
  const desk = ofClock.get(source) ?? { held: undefined, refused: false, pending: undefined };
  ofClock.set(source, desk);
  return desk;
}

/** Who waits does not join a question that must not prompt; and a function that hangs holds up nobody who comes later. */
function canJoin(pending: Pending | undefined, context: LoadContext): Pending | undefined {
  const { clock, background } = context;
  const isOpen = pending !== undefined && clock.now() < pending.until && (background || !pending.background);
  return isOpen ? pending : undefined;
}

/** A person takes minutes, whatever the time of the load that asked. */
const PERSON_MS = 300_000;

/** Asked on behalf of everybody who waits: it does not end with the one who came first. */
function startAsking(
  desk: Desk,
  source: SamlAssertionSource,
  asked: { readonly context: LoadContext; readonly renewal: string; readonly interactive: boolean },
): Pending {
  const { clock, random, background, renew, deadline } = asked.context;
  const until = asked.interactive ? Math.max(deadline, clock.now() + PERSON_MS) : deadline;
  const controller = new AbortController();
  const request: TokenRequest = { signal: controller.signal, background, renew: renew || desk.refused, clock, random };
  const answer = untilAborted(answerOf(source, request), controller.signal).then((text) =>
    readUsable(text, clock, asked.renewal),
  );
  const pending: Pending = { answer, background, until, isLate: false };
  const onTimer = (): void => {
    pending.isLate = true;
    controller.abort(new CredentialsTimeoutError("The function `assertion` did not answer in time. Sign in again."));
  };
  const timer = clock.schedule(onTimer, Math.max(0, until - clock.now()));
  const done = (held: HeldAssertion | undefined): void => {
    timer.cancel();
    // One that nobody joins any more is older than what came meanwhile.
    if (desk.pending === pending) {
      desk.pending = undefined;
      desk.held = held;
      desk.refused = desk.refused && held === undefined;
    }
  };
  answer.then(done, () => done(undefined));
  desk.pending = pending;
  return pending;
}

async function answerOf(source: SamlAssertionSource, request: TokenRequest): Promise<string> {
  const answer: unknown = await source(request);
  if (typeof answer !== "string") {
    throw new CredentialsConfigError(
      `\`assertion\` must answer the SAMLResponse that the identity provider posts, a string; got ${kindOf(answer)}.`,
    );
  }
  return answer;
}

async function readUsable(text: string, clock: Clock, renewal: string): Promise<HeldAssertion> {
  const { readSamlAssertion } = await import("./read-saml-assertion.js");
  const said = await readSamlAssertion(text);
  if (!said.signed) {
    throw new CredentialsConfigError(
      "`assertion` is not signed, and STS takes signed assertions only. Pass the SAMLResponse as the identity provider " +
        "posted it, and let the provider sign assertions.",
    );
  }
  const { usableUntil } = said;
  if (usableUntil !== undefined && usableUntil.getTime() + TOLERANCE_MS < clock.now()) {
    throw new CredentialsExpiredError(
      `The assertion could be used until ${usableUntil.toISOString()}, it is ${new Date(clock.now()).toISOString()} here, ` +
        `and nothing was sent to STS. ${renewal}`,
    );
  }
  const { assertionBase64 } = await import("./assertion-base64.js");
  return { text: assertionBase64(text), said };
}

/** One that does not say when it ends is used once. */
function isUsable(said: SamlAssertion, now: number): boolean {
  return said.usableUntil !== undefined && now < said.usableUntil.getTime();
}
