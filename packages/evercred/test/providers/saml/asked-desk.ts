import { createFakeClock, createSamlIdp } from "@evercred/testing";
import { expect, onTestFinished, vi } from "vitest";
import { assertionDesk, type HeldAssertion } from "../../../src/providers/saml/assertion-desk.js";
import type { TokenRequest } from "../../../src/providers/tokens/token-source.js";
import type { LoadContext } from "../../../src/types.js";

/** One for a whole file: its key takes time to make. */
export const idp = createSamlIdp();
export const ROLE = {
  roleArn: "arn:aws:iam::123456789012:role/saml",
  principalArn: "arn:aws:iam::123456789012:saml-provider/idp",
};

/** A question to the function, which the test answers. */
interface Question {
  readonly request: TokenRequest;
  answer(subject: string): void;
}

/** A desk, the questions that its function was asked, and loads that ask it. */
export function askedDesk({ interactive = true } = {}) {
  const clock = createFakeClock();
  const questions: Question[] = [];
  const assertion = (subject: string): string =>
    idp.assertion({ roles: [ROLE], subject, issuedAt: new Date(clock.now()) });
  const source = vi.fn(
    (request: TokenRequest) =>
      new Promise<string>((resolve) => {
        questions.push({ request, answer: (subject) => resolve(assertion(subject)) });
      }),
  );
  const made = assertionDesk(source, interactive);
  const load = (context: Partial<LoadContext> = {}) => {
    const controller = new AbortController();
    const deadline = context.deadline ?? clock.now() + 30_000;
    // As a load's own deadline does.
    const timer = clock.schedule(() => controller.abort(new Error("the load is over")), deadline - clock.now());
    const outcome: { subject?: string; error?: unknown; text?: string } = {};
    const ended = made
      .ask({
        clock,
        random: () => 0,
        background: false,
        renew: false,
        callerClientConfig: undefined,
        ...context,
        deadline,
        signal: controller.signal,
      })
      .then(
        ({ text, said }: HeldAssertion) => Object.assign(outcome, { text, subject: said.subject }),
        (error: unknown) => Object.assign(outcome, { error }),
      )
      .finally(() => timer.cancel());
    return { outcome, ended };
  };
  onTestFinished(() => expect(clock.pending).toBe(0));
  const loaded = async (subject: string) => {
    const one = load();
    await clock.advance(0);
    questions.at(-1)?.answer(subject);
    await one.ended;
    return one.outcome;
  };
  return { clock, desk: made, source, questions, load, loaded };
}
