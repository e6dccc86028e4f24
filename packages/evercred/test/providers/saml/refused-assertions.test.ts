import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { assertionBase64 } from "../../../src/providers/saml/assertion-base64.js";
import { readSamlAssertion } from "../../../src/providers/saml/read-saml-assertion.js";
import { assertion, attribute, base64, NAMESPACES, pair, response, SUCCESS, withAttributes } from "./saml-xml.js";

async function messageOf(text: unknown): Promise<string> {
  try {
    await readSamlAssertion(text as string);
    return "taken";
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_CREDENTIALS_CONFIG", name: "CredentialsConfigError" });
    expect(error).not.toHaveProperty("cause");
    return (error as Error).message;
  }
}

const status = (inside: string) => response("", `<samlp:Status>${inside}</samlp:Status>`);

describe("the text of an assertion", () => {
  const good = base64(response());

  it("may hold line breaks, the URL-safe alphabet and no padding", async () => {
    const text = base64(response(assertion({ attributes: attribute("RoleSessionName", "ÿ?>ÿ?~ÿ>>") }))).replace(
      /=+$/,
      "",
    );
    const urlSafe = text.replaceAll("+", "-").replaceAll("/", "_");
    expect(urlSafe).not.toBe(text);
    const lines = ` ${urlSafe.replaceAll(/(.{76})/g, "$1\r\n")}\n`;
    expect(Buffer.from(assertionBase64(lines), "base64").toString()).toBe(Buffer.from(text, "base64").toString());
    expect(assertionBase64(lines)).toMatch(/^[A-Za-z\d+/]+={0,2}$/);
    expect(await messageOf(lines)).toBe("taken");
  });

  it("says that it is written as HTML, or was decoded twice", async () => {
    const plus = `${good.slice(0, 8)}+${good.slice(8)}`;
    expect(await messageOf(plus.replace("+", "&#x2b;"))).toContain("decode its character references first");
    expect(await messageOf(plus.replace("+", " "))).toContain("blanks where base64 has a plus");
  });

  it("is given to STS as it came when it came well", () => {
    expect(assertionBase64(good)).toBe(good);
  });

  it("may have 100000 characters and no more", async () => {
    const fill = (length: number) => base64(`${response()}${" ".repeat(length)}`);
    const longest = fill(75_000 - response().length);
    expect(longest).toHaveLength(100_000);
    expect(await messageOf(longest)).toBe("taken");
    expect(await messageOf(`${longest}A`)).toMatch(
      /`assertion` must have 4 to 100000 characters of base64; got 100001\. Let the/,
    );
  });

  it.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /`assertion` must be a string, the SAMLResponse that .*; got undefined/],
    ["bytes", Buffer.from(good), /must be a string.*; got a value of type object/],
    ["an empty text", "", /must have 4 to 100000 characters of base64; got 0\./],
    ["blanks", " \n ", /got 0\./],
    ["three characters", "PHN", /got 3\./],
    ["raw XML", response(), /`assertion` is XML, and STS takes it in base64: base64-encode it/],
    ["raw XML after a line break", `\n${response()}`, /base64-encode it/],
    [
      "a raw HTML page",
      "<!DOCTYPE html>\n<html></html>",
      /is an HTML page, probably a login page: the sign-in did not end/,
    ],
    ["a form's body", `SAMLResponse=${good}`, /begins with SAMLResponse=, a form's body. Pass the field's value only/],
    ["a percent-encoded value", `${good.slice(0, 40)}%2B${good.slice(40)}`, /is percent-encoded\. Decode it first/],
    [
      "another character",
      `${good.slice(0, 9)}*${good.slice(10)}`,
      /must be base64; of its \d+ characters the one at position 10 is not/,
    ],
    ["padding inside", `${good.slice(0, 9)}=${good.slice(10)}`, /the one at position 10 is not/],
    ["three signs of padding", "PHN4===", /the one at position 5 is not/],
    [
      "one character too few",
      `${good.replace(/=+$/, "").slice(0, 401)}`,
      /breaks off: 401 characters are no whole base64/,
    ],
    ["base64 of base64", base64(good), /decodes to base64 again: it is encoded twice/],
    [
      "base64 of words",
      base64("Please sign in first"),
      /what it decodes to is no XML in UTF-8.*that of a redirect is compressed/,
    ],
    ["base64 of bytes", Buffer.from([0x3c, 0xff, 0xfe, 0x00]).toString("base64"), /is no XML in UTF-8/],
    ["UTF-16", Buffer.from(`\ufeff${response()}`, "utf16le").toString("base64"), /is no XML in UTF-8/],
  ])("is refused when it is %s", async (_, text, message) => {
    expect(await messageOf(text)).toMatch(message);
  });
});

describe("the XML of an assertion", () => {
  const malformed =
    /`assertion` breaks off or is no well-formed XML: \d+ characters of base64 came\. Pass the whole value/;

  it.each([
    ["that breaks off in a tag", response().slice(0, -5)],
    ["that breaks off after a tag", response().slice(0, -"</samlp:Response>".length)],
    ["with tags that cross", "<a><b></a></b>"],
    ["with two roots", "<a/><b/>"],
    ["with text behind the root", "<a/>x"],
    ["with an attribute twice", '<a x="1" x="2"/>'],
    ["with an attribute without quotes", "<a x=1/>"],
    ["with an open comment", "<a/><!-- "],
    ["with an open section", "<a><![CDATA[x</a>"],
    ["with an unknown entity", "<a>&secret;</a>"],
    ["with an unknown entity in an attribute", '<a x="&secret;"/>'],
    ["with a bare ampersand in an attribute", '<a x="a & b"/>'],
    ["with a reference to no character", "<a>&#0;</a>"],
    ["with a reference to a surrogate", "<a>&#xD800;</a>"],
    ["with a reference beyond Unicode", `<a>&#${"9".repeat(400)};</a>`],
    ["with a name that reaches for a prototype", "<__proto__>x</__proto__>"],
    ["with an attribute that does", '<a constructor="x"/>'],
    ["nested too deep", "<a>".repeat(70) + "</a>".repeat(70)],
  ])("is refused %s", async (_, xml) => {
    expect(await messageOf(base64(xml))).toMatch(malformed);
  });

  it.each([
    ["a document type", `<!DOCTYPE x>${response()}`],
    ["an entity that reads a file", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${response()}`],
    ["a lower-case one", `<!doctype x>${response()}`],
    ["an entity alone", response().replace("<samlp:Status>", '<!ENTITY e "x"><samlp:Status>')],
  ])("is refused with %s", async (_, xml) => {
    expect(await messageOf(base64(xml))).toMatch(
      /declares a document type or an entity \(DOCTYPE, ENTITY\).* Refused:/,
    );
  });

  it.each([
    "<!DOCTYPE html><html><body>Sign in</body></html>",
    '<?xml version="1.0"?>\n<!doctype HTML PUBLIC "x"><html></html>',
    "<html lang=en><body>Sign in<br></html>",
  ])("of a login page is told as such: %s", async (page) => {
    expect(await messageOf(base64(page))).toMatch(/holds an HTML page, probably a login page/);
  });

  const bombs: [string, string][] = [
    [
      "namespaces on top of many",
      `<a ${Array.from({ length: 2500 }, (_, i) => `xmlns:a${i}=""`).join(" ")}>${'<b xmlns:x=""/>'.repeat(2400)}</a>`,
    ],
    [
      "a billion laughs",
      `<!DOCTYPE x [<!ENTITY a0 "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY a${i + 1} "&a${i};&a${i};">`).join("")}]><x>&a30;</x>`,
    ],
    [
      "fourteen thousand entities",
      response(assertion({ attributes: attribute("RoleSessionName", "&amp;".repeat(14_000)) })),
    ],
    ["a deep nest", "<a>".repeat(24_000)],
    ["open brackets", "<".repeat(74_000)],
    ["open comments", `<a>${"<!--".repeat(18_000)}>`],
    ["blanks in a tag", `<a${" ".repeat(74_000)}/>`],
    ["six thousand attributes", `<a ${Array.from({ length: 6000 }, (_, i) => `a${i}=""`).join(" ")}/>`],
    ["open quotes", `<a ${'x=" '.repeat(18_000)}/>`],
    [
      "declared namespaces",
      Array.from({ length: 60 }, (_, i) => `<a xmlns:${"n".repeat(1000)}${i}="u">`).join("") + "</a>".repeat(60),
    ],
    ["commas in a role", response(assertion({ attributes: attribute("Role", `${pair("x")}${",".repeat(70_000)}`) }))],
    ["blanks in a role", response(assertion({ attributes: attribute("Role", `${pair("x")}${" ,".repeat(35_000)}`) }))],
    [
      "a blank between many",
      response(assertion({ attributes: attribute("Role", `arn:aws:iam::123456789012:role/x${" ".repeat(70_000)}x`) })),
    ],
  ];
  it.each(bombs)("never takes long: %s", async (_, xml) => {
    const started = performance.now();
    expect(await messageOf(base64(xml))).not.toContain("100000 characters");
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe("what is no successful response", () => {
  const root = (name: string) => base64(`<samlp:${name} xmlns:samlp="${NAMESPACES.protocol}"/>`);

  it.each<[string, string, RegExp]>([
    [
      "an AuthnRequest",
      root("AuthnRequest"),
      /must be a SAML Response; its root element is "AuthnRequest"\. Pass the SAMLResponse/,
    ],
    ["a LogoutRequest", root("LogoutRequest"), /its root element is "LogoutRequest"/],
    [
      "an Assertion alone",
      base64(`<Assertion xmlns="${NAMESPACES.assertion}"/>`),
      /its root element is "Assertion"\. STS takes the whole Response around it/,
    ],
    ["a long name", base64(`<${"x".repeat(5000)}/>`), /its root element is "x{100}"\./],
    [
      "SAML 1.1",
      base64('<Response xmlns="urn:oasis:names:tc:SAML:1.0:protocol"/>'),
      /must be a Response of SAML 2\.0 .*; got a Response of the namespace "urn:oasis:names:tc:SAML:1\.0:protocol"/,
    ],
    ["no namespace", base64("<Response/>"), /got a Response without a namespace/],
    ["an unbound prefix", base64("<samlp:Response/>"), /got a Response without a namespace/],
    ["no assertion", base64(response("")), /is a SAML response without an assertion\. Sign in again/],
    [
      "a refused sign-in",
      base64(
        status(
          '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>Wrong\npassword</samlp:StatusMessage>',
        ),
      ),
      /did not sign anybody in: the status of its response is Responder, AuthnFailed, and it says "Wrong\\npassword"\. Sign in again/,
    ],
    ["a status without a value", base64(status("<samlp:StatusCode/>")), /the status of its response is empty\./],
    [
      "an assertion beside a failure",
      base64(response(assertion(), SUCCESS.replace("Success", "Requester"))),
      /the status of its response is Requester\./,
    ],
  ])("is refused: %s", async (_, text, message) => {
    expect(await messageOf(text)).toMatch(message);
  });

  it("takes a response without a status, which is for STS to judge", async () => {
    expect(await messageOf(base64(response(assertion(), "")))).toBe("taken");
  });
});

it("never shows the assertion, whatever is wrong with it", async () => {
  const secret = "Qz7mJ2kX9w";
  const good = withAttributes(attribute("RoleSessionName", secret));
  const broken = [
    good.slice(0, -8),
    good.slice(0, -7),
    `*${good}`,
    base64(`<!DOCTYPE x>${secret}`),
    base64(`${secret} `.repeat(3)),
    base64(`<a ${secret}>`),
    base64(`<a x="${secret}">&${secret};</b>`),
    base64(response(`<x:y>${secret}</x:y>`)),
  ];
  for (const text of broken) {
    const error = await readSamlAssertion(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(secret);
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain(text);
  }
});
