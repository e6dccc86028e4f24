import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSamlAssertion } from "../../../src/providers/saml/read-saml-assertion.js";
import { assertion, attribute, base64, PROVIDER, response, subject, withAttributes } from "./saml-xml.js";

const whole = response(
  assertion({
    subject: subject('NotOnOrAfter="2026-03-01T12:04:00Z"'),
    attributes: attribute("RoleSessionName", "a&amp;b"),
  }),
);

/** Reads, and holds a failure to what is promised: of the family, and without the assertion. */
async function outcome(text: string): Promise<"read" | "refused"> {
  try {
    await readSamlAssertion(text);
    return "read";
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    expect(code).toMatch(/^ERR_CREDENTIALS_/);
    if (text.length > 24) {
      expect(message).not.toContain(text);
      expect(message).not.toContain(Buffer.from(text, "base64").toString("utf8"));
    }
    return "refused";
  }
}

/** XML out of the pieces that matter, mostly not well-formed. */
const pieces = fc.constantFrom(
  ..."< > / & ; ' \" = a b : xmlns xmlns: <a> </a> <a/> <!-- --> <![CDATA[ ]]> <? ?> &amp; &#65; &x; <!DOCTYPE".split(
    " ",
  ),
  ' x="1"',
  ` xmlns="urn:oasis:names:tc:SAML:2.0:protocol"`,
  "__proto__",
  "<Response",
  "</Response>",
  " ",
);

describe("readSamlAssertion, whatever comes", () => {
  it("reads or refuses any text", async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => void (await outcome(text))));
  });

  it("reads or refuses any bytes", async () => {
    const bytes = fc.uint8Array({ maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(bytes, async (value) => void (await outcome(Buffer.from(value).toString("base64")))),
    );
  });

  it("reads or refuses anything like XML", async () => {
    const xml = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));
    await fc.assert(
      fc.asyncProperty(xml, async (value) => void (await outcome(base64(`<a>${value}</a>`)))),
      { numRuns: 1000 },
    );
  });

  it("refuses a response that breaks off, wherever", async () => {
    const text = base64(whole);
    const cut = fc.integer({ min: 0, max: Math.floor(((whole.length - 1) * 4) / 3) });
    await fc.assert(
      fc.asyncProperty(cut, async (length) => {
        expect(await outcome(text.slice(0, length))).toBe("refused");
      }),
      { numRuns: 500 },
    );
  });

  it("reads or refuses a response with one byte changed", async () => {
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([index, byte]) => {
        const bytes = Buffer.from(whole);
        bytes[index] = byte;
        await outcome(bytes.toString("base64"));
      }),
      { numRuns: 500 },
    );
  });

  it("reads the same roles from pairs in either order", async () => {
    const name = fc.stringMatching(/^[\w+=,.@-]{1,64}$/);
    const path = fc.stringMatching(/^([\w.-]{1,8}\/){0,3}$/);
    const blanks = fc.stringMatching(/^[ \n\t]{0,3}$/);
    const partition = fc.constantFrom("aws", "aws-cn", "aws-us-gov", "aws-eusc");
    const value = fc.tuple(partition, path, name, blanks).map(([part, folder, last, blank]) => ({
      roleArn: `arn:${part}:iam::123456789012:role/${folder}${last}`,
      principalArn: PROVIDER.replace("arn:aws:", `arn:${part}:`),
      blank,
    }));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(value, { selector: ({ roleArn }) => roleArn, maxLength: 8 }), async (pairs) => {
        const roleFirst = pairs.map(({ roleArn, principalArn, blank }) => `${roleArn}${blank},${principalArn}`);
        const providerFirst = pairs.map(({ roleArn, principalArn, blank }) => `${principalArn},${blank}${roleArn}`);
        const expected = pairs.map(({ roleArn, principalArn }) => ({ roleArn, principalArn }));
        expect((await readSamlAssertion(withAttributes(attribute("Role", ...roleFirst)))).roles).toEqual(expected);
        expect((await readSamlAssertion(withAttributes(attribute("Role", ...providerFirst)))).roles).toEqual(expected);
      }),
    );
  });

  it("gives back any text that XML can hold", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((value) => value === value.trim());
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const escaped = [...value].map((character) => `&#${character.codePointAt(0)};`).join("");
        const read = await readSamlAssertion(withAttributes(attribute("RoleSessionName", escaped)));
        expect(read.roleSessionName).toBe(value);
      }),
    );
  });
});
