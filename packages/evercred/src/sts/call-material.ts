import type { Credentials, LoadContext } from "../types.js";
import { classifyServiceError, describeServiceError, mayBeTooNew, type ServiceFailure } from "./service-error.js";

/** Who signs a call, and how to renew it. */
export interface CallSigner {
  /** Credentials that live long enough for the call. */
  credentials(context: LoadContext): Promise<Credentials>;
  /** Others, after a service called these expired; `undefined` when there are no others. Throws what keeps it from them. */
  renew(rejected: Credentials, context: LoadContext): Promise<Credentials | undefined>;
}

/** Where what a call is made of comes from. */
export interface MaterialSources<Input> {
  /** Absent: the operation takes unsigned requests. */
  readonly signer: CallSigner | undefined;
  readonly context: LoadContext;
  /** Makes the input. `renew`: STS no longer took what the last one authenticated with. */
  input(renew: boolean): Promise<Input>;
  /** Run before the input is made, where it works only once: what is asked of a person is then sent at once. */
  beforeInput?(signWith: Credentials | undefined): Promise<void>;
  /** Values of the input that must not be printed. */
  secrets(input: Input): readonly string[];
  /** The input is made anew for every attempt: a token is read again. */
  readonly freshInput: boolean;
  /** Whether the same input may be sent once more. */
  readonly resend: boolean;
  /** Learns from a refusal. True: `input` makes one now that may be taken. */
  learn?(said: ServiceFailure): boolean;
}

/** What a call is made of: who signs it, and its input. */
export interface CallMaterial<Input> {
  readonly input: Input;
  readonly signWith: Credentials | undefined;
  /** Of every input and everybody who signed: STS quotes the session token when it finds a signature wrong. */
  readonly secrets: readonly string[];
  /** Makes the input anew, where it is one that changes. */
  refresh(): Promise<void>;
  /** Something was learned that only the next call can make use of. */
  readonly learnedLater: boolean;
  /** Mends what a refusal names: an input that asks too much, a signer or a token that has expired. */
  mend(error: unknown): Promise<boolean>;
}

/** Asks for the signer first and the input then, so that a code that works once is not asked for in vain. */
export async function gatherMaterial<Input>(sources: MaterialSources<Input>): Promise<CallMaterial<Input>> {
  const { context, signer, resend, freshInput } = sources;
  let signWith = await signer?.credentials(context);
  const secrets = secretsOf(signWith);
  let refused = false;
  if (!resend) {
    await sources.beforeInput?.(signWith);
  }
  let input = await makeInput();
  let renewed = false;
  let learnedLater = false;
  if (!resend) {
    // A person takes minutes over a code, and the signer's credentials may have ended meanwhile.
    signWith = await signer?.credentials(context);
    secrets.push(...secretsOf(signWith));
  }

  async function makeInput(): Promise<Input> {
    const made = await sources.input(refused);
    secrets.push(...sources.secrets(made));
    return made;
  }

  /** What was learned counts also where this input cannot be sent again: the next load begins with it. */
  async function learn(error: unknown): Promise<boolean> {
    const learned = error instanceof Error && sources.learn?.(describeServiceError(error)) === true;
    if (learned && resend) {
      input = await makeInput();
    }
    learnedLater = learned && !resend;
    return learned;
  }

  /** Once: the signer where there is one, else the token. */
  async function renew(error: unknown): Promise<boolean> {
    if (renewed || classifyServiceError(error) !== "renew") {
      return false;
    }
    renewed = true;
    if (signer === undefined || signWith === undefined) {
      input = freshInput ? await makeInput() : input;
      return freshInput;
    }
    const renewal = await signer.renew(signWith, context);
    signWith = renewal ?? signWith;
    secrets.push(...secretsOf(renewal));
    return renewal !== undefined;
  }

  return {
    get input() {
      return input;
    },
    get signWith() {
      return signWith;
    },
    secrets,
    async refresh() {
      input = freshInput ? await makeInput() : input;
    },
    async mend(error) {
      refused = classifyServiceError(error) === "renew" || mayBeTooNew(error);
      return (await learn(error)) || (await renew(error));
    },
    get learnedLater() {
      return learnedLater;
    },
  };
}

function secretsOf(signer: Credentials | undefined): string[] {
  return signer === undefined ? [] : [signer.secretAccessKey, signer.sessionToken ?? ""];
}
