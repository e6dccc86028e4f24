import { describe, expect, it } from "vitest";
import { withoutSecrets } from "../../src/sts/without-secrets.js";
import { randomSecret } from "../support/random-credentials.js";

describe("a message of a service", () => {
  it("stays as it is where it quotes no secret", () => {
    const message = "User: arn:aws:iam::123456789012:user/Bob is not authorized to perform: sts:AssumeRole";
    expect(withoutSecrets(message, [randomSecret(), ""])).toBe(message);
    expect(withoutSecrets(message, [])).toBe(message);
    expect(withoutSecrets("", [randomSecret()])).toBe("");
  });

  it("loses each secret, however often it quotes it, and nothing beside", () => {
    const [one, two] = [randomSecret(), randomSecret()];
    expect(withoutSecrets(`a${one}b${two}c${one}${one}.`, [one, two])).toBe("a***b***c******.");
  });

  it("loses a secret as it is written in a request", () => {
    const secret = `${randomSecret()}/+=${randomSecret()}`;
    const said = withoutSecrets(`SecurityToken=${encodeURIComponent(secret)}&Version`, [secret]);
    expect(said).toBe("SecurityToken=***&Version");
  });

  it("loses a secret that was cut off after sixteen characters or more, and keeps fifteen", () => {
    const secret = randomSecret();
    expect(withoutSecrets(`'${secret.slice(0, 16)}'`, [secret])).toBe("'***'");
    expect(withoutSecrets(`'${secret.slice(0, -1)}…'`, [secret])).toBe("'***…'");
    expect(withoutSecrets(`'${secret.slice(0, 15)}'`, [secret])).toBe(`'${secret.slice(0, 15)}'`);
  });

  it("loses a short secret only as a whole", () => {
    expect(withoutSecrets("the code 123456 of 12345", ["123456"])).toBe("the code *** of 12345");
  });

  it("loses the longer of two that begin alike, in whichever order they are known", () => {
    const short = randomSecret();
    const long = `${short}${randomSecret()}`;
    for (const secrets of [
      [short, long],
      [long, short],
    ]) {
      expect(withoutSecrets(`'${long}' and '${short}'`, secrets)).toBe("'***' and '***'");
    }
  });

  it("loses one that has another inside", () => {
    const inner = "abc";
    const outer = `${randomSecret()}${inner}${randomSecret()}`;
    expect(withoutSecrets(`'${outer}' and '${inner}'`, [inner, outer])).toBe("'***' and '***'");
  });

  it("loses tokens that nobody named: JWTs, whole or cut off", () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const [header, payload, signature] = [part({ alg: "RS256", kid: "1" }), part({ sub: "me" }), randomSecret()];
    for (const jwt of [`${header}.${payload}.${signature}`, `${header}.${payload}`, `${header}.`, header]) {
      expect(withoutSecrets(`token '${jwt}' expired`, [])).toBe("token '***' expired");
    }
  });
});
