import { hashKey } from "../cache/cache-key.js";
import type { CredentialCache } from "../cache/credential-cache.js";
import { requireBoolean } from "../cache/option-checks.js";
import { CredentialsConfigError } from "../errors.js";
import type { ServiceFailure } from "../sts/service-error.js";
import { exceedsHourOfChain, exceedsRoleMaximum } from "../sts/sts-advice.js";
import type { KeyParts, LoadContext } from "../types.js";
import { CHAINED_DURATION_SECONDS } from "./role-duration.js";
import { tagKeys } from "./session-input.js";

/** What may be taken back when STS finds it too much. */
export interface AdjustmentOptions {
  /**
   * Ask for less when STS refuses `durationSeconds` as longer than the role's maximum, or than the hour of a role chain.
   * STS does not say the maximum: it is found among those that IAM's console offers (12, 8, 4, 2 and 1 hours), and
   * remembered for a day. `status().details` has `requestedDurationSeconds` and `durationSeconds` then. Default: false.
   */
  readonly durationFallback?: boolean | undefined;
}

/** A request that can be adjusted. */
export interface Adjustable {
  readonly DurationSeconds: number;
  readonly Tags?: { Key: string | undefined; Value: string | undefined }[] | undefined;
  readonly TransitiveTagKeys?: string[] | undefined;
}

/** What one provider lets be taken back. */
export interface AdjustmentRules {
  readonly durationFallback: boolean;
  readonly droppableTags: readonly string[];
  /** `source` is a role's session. */
  readonly isChained: boolean;
  /** The request is sent once: no second step is tried in vain, for a person is asked each time. */
  readonly isSentOnce: boolean;
}

/** What one load takes back, beginning with what earlier ones of its key learned. */
export interface Adjustments<Input extends Adjustable> {
  input(): Input;
  learn(said: ServiceFailure): boolean;
  /** What was taken back, for `status().details`. */
  details(): Readonly<Record<string, string | number>>;
}

interface Learned {
  readonly durationSeconds: number | undefined;
  readonly dropTags: boolean;
  readonly at: number;
}

/** The maximum session durations that IAM's console offers, the longest first. */
const STEPS_SECONDS = [43_200, 28_800, 14_400, 7_200, 3_600];

/** A maximum that was raised in IAM is seen a day later. */
const REMEMBER_MS = 86_400_000;
const MOST_REMEMBERED = 10_000;

const memories = new WeakMap<CredentialCache, Map<string, Learned>>();

/**
 * Reads the rules out of the options.
 *
 * @param request - What is known of the request they are for.
 * @throws {@link CredentialsConfigError}
 */
export function adjustmentRules(
  options: AdjustmentOptions & { readonly droppableTags?: readonly string[] | undefined },
  request: {
    readonly tags?: Readonly<Record<string, string>> | undefined;
    readonly isChained?: boolean;
    readonly isSentOnce?: boolean;
  },
): AdjustmentRules {
  const { durationFallback = false } = options;
  const { tags, isChained = false, isSentOnce = false } = request;
  requireBoolean("durationFallback", durationFallback);
  const droppableTags = tagKeys("droppableTags", options.droppableTags);
  const stranger = droppableTags.find((key) => tags === undefined || !Object.hasOwn(tags, key));
  if (stranger !== undefined) {
    throw new CredentialsConfigError(
      `\`droppableTags\` names ${JSON.stringify(stranger)}, which \`tags\` does not have. Name keys of \`tags\`.`,
    );
  }
  return { durationFallback, droppableTags, isChained, isSentOnce };
}

/** What of the rules takes part in a key; nothing where there are none. */
export function adjustmentKey(rules: AdjustmentRules): KeyParts {
  return {
    durationFallback: rules.durationFallback || undefined,
    droppableTags: rules.droppableTags.length === 0 ? undefined : [...rules.droppableTags].sort(),
  };
}

/** Begins a load. */
export function beginAdjusting<Input extends Adjustable>(
  base: Input,
  rules: AdjustmentRules,
  of: { readonly cache: CredentialCache; readonly key: () => KeyParts; readonly context: LoadContext },
): Adjustments<Input> {
  const isOff = !rules.durationFallback && rules.droppableTags.length === 0;
  const memory = isOff ? undefined : memoryOf(of);
  const known = memory?.recall();
  const longest = rules.durationFallback && rules.isChained ? CHAINED_DURATION_SECONDS : base.DurationSeconds;
  let seconds = Math.min(base.DurationSeconds, longest, known?.durationSeconds ?? base.DurationSeconds);
  let dropTags = known?.dropTags ?? false;

  function learn(said: ServiceFailure): boolean {
    const shorter = rules.durationFallback ? shorterThan(seconds, said, rules.isSentOnce) : undefined;
    const drops = !dropTags && rules.droppableTags.length > 0 && said.code === "PackedPolicyTooLarge";
    seconds = shorter ?? seconds;
    dropTags ||= drops;
    if (shorter === undefined && !drops) {
      return false;
    }
    memory?.keep({ durationSeconds: seconds < base.DurationSeconds ? seconds : undefined, dropTags });
    return true;
  }

  return {
    input: () => withoutTags({ ...base, DurationSeconds: seconds }, dropTags ? rules.droppableTags : []),
    learn,
    details: () => ({
      ...(seconds < base.DurationSeconds
        ? { requestedDurationSeconds: base.DurationSeconds, durationSeconds: seconds }
        : {}),
      ...(dropTags ? { droppedTags: rules.droppableTags.join(", ") } : {}),
    }),
  };
}

function shorterThan(seconds: number, said: ServiceFailure, isSentOnce: boolean): number | undefined {
  if (exceedsHourOfChain(said) || (isSentOnce && exceedsRoleMaximum(said))) {
    return seconds > CHAINED_DURATION_SECONDS ? CHAINED_DURATION_SECONDS : undefined;
  }
  return exceedsRoleMaximum(said) ? STEPS_SECONDS.find((step) => step < seconds) : undefined;
}

function withoutTags<Input extends Adjustable>(input: Input, dropped: readonly string[]): Input {
  if (dropped.length === 0) {
    return input;
  }
  const { Tags = [], TransitiveTagKeys = [], ...rest } = input;
  const keptTags = Tags.filter(({ Key = "" }) => !dropped.includes(Key));
  // AWS tells keys apart without regard to case.
  const droppedKeys = dropped.map((key) => key.toLowerCase());
  const keptKeys = TransitiveTagKeys.filter((key) => !droppedKeys.includes(key.toLowerCase()));
  return {
    ...rest,
    ...(keptTags.length === 0 ? {} : { Tags: keptTags }),
    ...(keptKeys.length === 0 ? {} : { TransitiveTagKeys: keptKeys }),
  } as Input;
}

interface Memory {
  recall(): Learned | undefined;
  keep(learned: Omit<Learned, "at">): void;
}

function memoryOf(of: {
  readonly cache: CredentialCache;
  readonly key: () => KeyParts;
  readonly context: LoadContext;
}): Memory {
  const { clock } = of.context;
  const ofCache = memories.get(of.cache) ?? new Map<string, Learned>();
  memories.set(of.cache, ofCache);
  const key = hashKey(of.key());
  return {
    recall() {
      const learned = ofCache.get(key);
      return learned !== undefined && Math.abs(clock.now() - learned.at) < REMEMBER_MS ? learned : undefined;
    },
    keep(learned) {
      const [oldest] = ofCache.keys();
      if (ofCache.size >= MOST_REMEMBERED && oldest !== undefined) {
        ofCache.delete(oldest);
      }
      ofCache.set(key, { ...learned, at: clock.now() });
    },
  };
}
