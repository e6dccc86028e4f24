import fc from "fast-check";
import { expect, test } from "vitest";
import { createSessionTokens } from "../../src/identity/session-token.js";

const accessKeyId = "ASIAIOSFODNN7EXAMPLE";
const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const character = fc.constantFrom(...base64, "=", "-", "_", " ", "\u00e9");

test("a token with any one character changed is a stranger, also where base64 has two spellings", () => {
  const tokens = createSessionTokens();
  fc.assert(
    fc.property(fc.nat(), character, fc.boolean(), (place, changed, fromEnd) => {
      const token = tokens.issue(accessKeyId);
      const at = fromEnd ? token.length - 1 - (place % 4) : place % token.length;
      fc.pre(token[at] !== changed);
      expect(tokens.verify(token, accessKeyId)).toBe(true);
      expect(tokens.verify(token.slice(0, at) + changed + token.slice(at + 1), accessKeyId)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test("a token that is cut or lengthened anywhere is a stranger", () => {
  const tokens = createSessionTokens();
  fc.assert(
    fc.property(fc.nat(), character, (place, added) => {
      const token = tokens.issue(accessKeyId);
      const at = place % token.length;
      expect(tokens.verify(token.slice(0, at), accessKeyId)).toBe(false);
      expect(tokens.verify(token.slice(0, at) + added + token.slice(at), accessKeyId)).toBe(false);
    }),
  );
});

test("any text is a stranger", () => {
  const tokens = createSessionTokens();
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(tokens.verify(text, accessKeyId)).toBe(false);
    }),
  );
});
