import fc from "fast-check";
import { expect, test } from "vitest";
import { renderXml } from "../../src/http/xml.js";

test("text cannot leave its element", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const rendered = renderXml([["a", [["b", text]]]]);
      expect(rendered).toMatch(/^<a><b>[^<>"]*<\/b><\/a>$/u);
    }),
  );
});

test("an attribute is not repeated in the closing tag, and what is undefined is left out", () => {
  expect(
    renderXml([
      [
        'a x="y"',
        [
          ["b", undefined],
          ["c", 1],
        ],
      ],
    ]),
  ).toBe('<a x="y"><c>1</c></a>');
});
