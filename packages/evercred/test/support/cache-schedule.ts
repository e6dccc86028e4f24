import fc from "fast-check";

/** What a load answers. `prompt`: it cannot go on without a person. */
export type Landing =
  | { readonly kind: "success"; readonly lifetimeMs: number | undefined }
  | { readonly kind: "transient" | "terminal" | "nonsense" | "expired" | "prompt" };

/** One step of a schedule. Indices are taken modulo what there is. */
export type Step =
  | { readonly do: "read"; readonly provider: number; readonly how: "plain" | "force" | "background" | "abortable" }
  | { readonly do: "read"; readonly provider: number; readonly how: "min"; readonly minRemainingMs: number }
  | { readonly do: "abort"; readonly read: number }
  | { readonly do: "invalidate"; readonly provider: number; readonly which: "matching" | "another" | "whatever" }
  | { readonly do: "land"; readonly load: number; readonly landing: Landing }
  | { readonly do: "advance" | "suspend" | "step"; readonly ms: number }
  | { readonly do: "clear" };

/** The world a schedule runs in. */
export interface Setup {
  readonly maxEntries: number;
  readonly servePastExpiry: boolean;
  readonly keepWarm: boolean;
  readonly dice: readonly number[];
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const lifetimeMs = fc.constantFrom(2_000, MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, HOUR_MS, 12 * HOUR_MS, undefined);
const landing: fc.Arbitrary<Landing> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("success" as const), lifetimeMs }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("transient" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("terminal", "nonsense", "expired", "prompt") }) },
);
const passing = fc.oneof(
  fc.integer({ min: 0, max: 6 * SECOND_MS }),
  fc.constantFrom(30 * SECOND_MS, 34_999, 35_000, MINUTE_MS, 44 * MINUTE_MS, 45 * MINUTE_MS, 52 * MINUTE_MS, HOUR_MS),
  fc.integer({ min: 0, max: HOUR_MS }),
  fc.integer({ min: 0, max: 13 * HOUR_MS }),
);
const stepping = fc.tuple(passing, fc.constantFrom(-1, -1, 1)).map(([ms, sign]) => ms * sign);
const index = fc.nat({ max: 11 });

function stepOf<Name extends Step["do"], Rest>(name: Name, rest: { [K in keyof Rest]: fc.Arbitrary<Rest[K]> }) {
  return fc.record({ do: fc.constant(name), ...rest }) as unknown as fc.Arbitrary<Step>;
}

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: stepOf("read", { provider: index, how: fc.constant("plain") }) },
  {
    weight: 3,
    arbitrary: stepOf("read", { provider: index, how: fc.constantFrom("force", "background", "abortable") }),
  },
  { weight: 2, arbitrary: stepOf("read", { provider: index, how: fc.constant("min"), minRemainingMs: passing }) },
  { weight: 1, arbitrary: stepOf("abort", { read: index }) },
  {
    weight: 1,
    arbitrary: stepOf("invalidate", { provider: index, which: fc.constantFrom("matching", "another", "whatever") }),
  },
  { weight: 8, arbitrary: stepOf("land", { load: index, landing }) },
  { weight: 5, arbitrary: stepOf("advance", { ms: passing }) },
  { weight: 1, arbitrary: stepOf("suspend", { ms: passing }) },
  { weight: 1, arbitrary: stepOf("step", { ms: stepping }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "clear" }) },
);

export const setup: fc.Arbitrary<Setup> = fc.record({
  maxEntries: fc.constantFrom(1, 2, 100),
  servePastExpiry: fc.boolean(),
  keepWarm: fc.boolean(),
  dice: fc.array(fc.constantFrom(0, 0.25, 0.5, 0.999), { minLength: 1, maxLength: 5 }),
});
