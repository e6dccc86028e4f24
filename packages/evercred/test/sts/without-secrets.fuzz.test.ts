import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutSecrets } from "../../src/sts/without-secrets.js";

const TELLING = 16;

/** What secrets are made of, with what is written otherwise in a request. */
const letters = fc.constantFrom(..."abcXYZ019+/=_-");
const secret = fc.string({ unit: letters, minLength: TELLING, maxLength: 40 });
/** Two that begin alike, one inside the other, and some of their own. */
const secrets = fc
  .tuple(secret, secret, fc.string({ unit: letters, minLength: 1, maxLength: 8 }))
  .map(([one, other, short]) => [one, `${one}${other}`, `${short}${one}${short}`, other]);
const between = fc.string({ unit: fc.constantFrom("'", " ", "~", "é", "\n"), minLength: 1, maxLength: 5 });

describe("whatever secrets a service quotes, the message", () => {
  it("has none of them, nor a form or a telling beginning of one, and keeps what stands between", () => {
    const quote = fc.record({
      which: fc.nat(3),
      encoded: fc.boolean(),
      cut: fc.option(fc.integer({ min: TELLING, max: 120 }), { nil: undefined }),
      before: between,
    });
    fc.assert(
      fc.property(secrets, fc.array(quote, { minLength: 1, maxLength: 8 }), fc.boolean(), (all, quotes, reversed) => {
        const written = quotes.map(({ which, encoded, cut, before }) => {
          const text = all[which] ?? "";
          return { before, quoted: (encoded ? encodeURIComponent(text) : text).slice(0, cut) };
        });
        const message = written.map(({ before, quoted }) => `${before}${quoted}`).join("");
        const said = withoutSecrets(message, reversed ? all.toReversed() : all);
        expect(said).toBe(written.map(({ before }) => `${before}***`).join(""));
      }),
    );
  });

  it("has none where they stand next to each other and to other text", () => {
    const piece = fc.oneof(fc.nat(3), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(secrets, fc.array(piece, { maxLength: 10 }), (all, pieces) => {
        const message = pieces.map((one) => (typeof one === "number" ? all[one] : one)).join("");
        const said = withoutSecrets(message, all);
        for (const one of all) {
          expect(said).not.toContain(one);
          expect(said).not.toContain(encodeURIComponent(one));
          expect(said).not.toContain(one.slice(0, TELLING));
        }
      }),
    );
  });

  it("is as it was where it quotes none", () => {
    fc.assert(
      fc.property(secrets, fc.string({ unit: fc.constantFrom(..."defGHI 23.,:'"), maxLength: 200 }), (all, message) => {
        expect(withoutSecrets(message, all)).toBe(message);
      }),
    );
  });

  it("has no JWT, also one that nobody named", () => {
    const part = fc.string({ unit: letters.filter((letter) => /[\w-]/.test(letter)), minLength: 12, maxLength: 30 });
    fc.assert(
      fc.property(fc.tuple(part, part, part), between, (parts, around) => {
        const jwt = `eyJ${parts.join(".")}`;
        expect(withoutSecrets(`${around}${jwt}${around}`, [])).toBe(`${around}***${around}`);
      }),
    );
  });
});
