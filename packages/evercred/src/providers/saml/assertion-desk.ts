import { identityOf } from "../../cache/identity-of.js";
import { kindOf } from "../../cache/option-checks.js";
import type { Clock } from "../../clock.js";
import { CredentialsConfigError, CredentialsExpiredError } from "../../errors.js";
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

/** A person takes minutes; whoever comes later than this asks anew. */
const ASK_MS = 300_000;

/**
 * Reads the option `assertion`.
 *
 * @throws {@link CredentialsConfigError}
 */
export function assertionDesk(assertion: string | SamlAssertionSource): AssertionDesk {
  if (typeof assertion === "string") {
    return fixedAssertion(assertion);
  }
  if (typeof assertion !== "function") {
    throw new CredentialsConfigError(
      "`assertion` must be the SAMLResponse that the identity provider posts, as a string, or a function that answers it; " +
        `got ${kindOf(assertion)}.`,
    );
  }
  return deskOf(assertion);
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

interface Desk {
  held: HeldAssertion | undefined;
  pending: { readonly answer: Promise<HeldAssertion>; readonly since: number } | undefined;
}

/** One a function and clock, whoever holds it: one assertion serves many roles. */
const desks = new WeakMap<Clock, WeakMap<SamlAssertionSource, Desk>>();

function deskOf(source: SamlAssertionSource): AssertionDesk {
  const name = `saml assertion function ${source.name || "(anonymous)"}`;
  const renewal = "The next call that waits asks for a new one.";
  const known = new Set<Desk>();
  return {
    name,
    renewal,
    key: () => ({ function: identityOf(source) }),
    ask(context) {
      const desk = openDesk(source, context.clock);
      known.add(desk);
      const now = context.clock.now();
      if (desk.held !== undefined && isUsable(desk.held.said, now)) {
        return Promise.resolve(desk.held);
      }
      const age = desk.pending === undefined ? Number.POSITIVE_INFINITY : now - desk.pending.since;
      if (desk.pending === undefined || age >= ASK_MS || age < 0) {
        desk.pending = startAsking(desk, source, { context, renewal });
      }
      return untilAborted(desk.pending.answer, context.signal);
    },
    drop(text) {
      for (const desk of known) {
        desk.held = desk.held?.text === text ? undefined : desk.held;
      }
    },
  };
}

function openDesk(source: SamlAssertionSource, clock: Clock): Desk {
  const ofClock = desks.get(clock) ?? new WeakMap<SamlAssertionSource, Desk>();
  desks.set(clock, ofClock);
  const desk = ofClock.get(source) ?? { held: undefined, pending: undefined };
  ofClock.set(source, desk);
  return desk;
}

/** Asked on behalf of everybody who waits: it does not end with the one who came first. */
function startAsking(
  desk: Desk,
  source: SamlAssertionSource,
  asked: { readonly context: LoadContext; readonly renewal: string },
): NonNullable<Desk["pending"]> {
  const { clock, random, background, renew } = asked.context;
  const controller = new AbortController();
  const timer = clock.schedule(() => controller.abort(), ASK_MS);
  const request: TokenRequest = { signal: controller.signal, background, renew, clock, random };
  const pending = {
    since: clock.now(),
    answer: answerOf(source, request).then((text) => readUsable(text, clock, asked.renewal)),
  };
  const done = (held: HeldAssertion | undefined): void => {
    timer.cancel();
    desk.held = held ?? desk.held;
    desk.pending = desk.pending === pending ? undefined : desk.pending;
  };
  pending.answer.then(done, () => done(undefined));
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
      `The assertion could be used until ${usableUntil.toISOString()}, and nothing was sent to STS. ${renewal}`,
    );
  }
  const { assertionBase64 } = await import("./assertion-base64.js");
  return { text: assertionBase64(text), said };
}

/** One that does not say when it ends is used once. */
function isUsable(said: SamlAssertion, now: number): boolean {
  return said.usableUntil !== undefined && now < said.usableUntil.getTime();
}
