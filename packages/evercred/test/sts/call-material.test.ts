import { createFakeClock } from "@evercred/testing";
import { describe, expect, it, vi } from "vitest";
import type { Credentials, LoadContext } from "../../src/index.js";
import { type CallSigner, gatherMaterial, type MaterialSources } from "../../src/sts/call-material.js";
import { randomCredentials, randomSecret } from "../support/random-credentials.js";

interface Input {
  readonly token: string;
}

function contextOf(): LoadContext {
  const clock = createFakeClock();
  const { signal } = new AbortController();
  return { signal, deadline: clock.now() + 30_000, background: false, renew: false, clock, random: () => 0 };
}

/** Sources whose every input is another token. */
function sources(more: Partial<MaterialSources<Input>> = {}) {
  const tokens: string[] = [];
  const input = vi.fn(async () => {
    const token = randomSecret();
    tokens.push(token);
    return { token };
  });
  const base: MaterialSources<Input> = {
    signer: undefined,
    context: contextOf(),
    input,
    secrets: ({ token }) => [token],
    freshInput: true,
    resend: true,
    ...more,
  };
  return { tokens, input, base };
}

function signerOf(...sets: readonly Credentials[]): CallSigner & { readonly renewed: Credentials[] } {
  const renewed: Credentials[] = [];
  let at = 0;
  return {
    renewed,
    credentials: async () => sets[at] ?? randomCredentials(),
    async renew(rejected) {
      renewed.push(rejected);
      at += 1;
      return sets[at];
    },
  };
}

function refusal(name: string, message = "refused"): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400, requestId: "r-1" } });
}

const EXPIRED = refusal("ExpiredTokenException");
const TOO_LARGE = refusal("PackedPolicyTooLarge");

describe("the input of a call", () => {
  it("is made after the signer was asked, so that a code is not asked for in vain", async () => {
    const order: string[] = [];
    const signer: CallSigner = {
      credentials: async () => {
        order.push("signer");
        throw new Error("nobody can sign");
      },
      renew: async () => undefined,
    };
    const { base, input } = sources({ signer });
    await expect(gatherMaterial(base)).rejects.toThrow("nobody can sign");
    expect(input).not.toHaveBeenCalled();
    expect(order).toEqual(["signer"]);
  });

  it("is made anew for each attempt where it is one that changes", async () => {
    const { base, tokens } = sources();
    const material = await gatherMaterial(base);
    const sent = [material.input.token];
    await material.refresh();
    sent.push(material.input.token);
    await material.refresh();
    sent.push(material.input.token);
    expect(sent).toEqual(tokens);
    expect(new Set(sent).size).toBe(3);
  });

  it("stays as it is where it does not change", async () => {
    const { base, input } = sources({ freshInput: false });
    const material = await gatherMaterial(base);
    const before = material.input;
    await material.refresh();
    expect(material.input).toBe(before);
    expect(input).toHaveBeenCalledTimes(1);
  });

  it("is made anew once when what is in it has expired, and not a second time", async () => {
    const { base, tokens } = sources();
    const material = await gatherMaterial(base);
    expect(await material.mend(EXPIRED)).toBe(true);
    expect(material.input.token).toBe(tokens[1]);
    expect(await material.mend(EXPIRED)).toBe(false);
    expect(tokens).toHaveLength(2);
  });

  it("is not mended where it cannot change", async () => {
    const { base, input } = sources({ freshInput: false });
    const material = await gatherMaterial(base);
    expect(await material.mend(EXPIRED)).toBe(false);
    expect(input).toHaveBeenCalledTimes(1);
  });

  it.each(["AccessDenied", "Throttling", "MalformedPolicyDocument"])("is not mended after %s", async (name) => {
    const { base, input } = sources();
    const material = await gatherMaterial(base);
    expect(await material.mend(refusal(name))).toBe(false);
    expect(input).toHaveBeenCalledTimes(1);
  });

  it("fails the mending with the error of who makes it", async () => {
    const { base, input } = sources();
    const material = await gatherMaterial(base);
    input.mockRejectedValueOnce(new Error("the file is gone"));
    await expect(material.mend(EXPIRED)).rejects.toThrow("the file is gone");
  });
});

describe("what a refusal teaches", () => {
  it("changes the next input, and is told what the service said", async () => {
    const learn = vi.fn(() => true);
    const { base, tokens } = sources({ learn, freshInput: false });
    const material = await gatherMaterial(base);
    expect(await material.mend(TOO_LARGE)).toBe(true);
    expect(material.input.token).toBe(tokens[1]);
    expect(learn).toHaveBeenCalledExactlyOnceWith({
      code: "PackedPolicyTooLarge",
      message: "refused",
      status: 400,
      requestId: "r-1",
    });
  });

  it("is learned also where the input cannot be sent again, and then makes none", async () => {
    const learn = vi.fn(() => true);
    const { base, input } = sources({ learn, resend: false });
    const material = await gatherMaterial(base);
    await material.mend(TOO_LARGE);
    expect(learn).toHaveBeenCalledTimes(1);
    expect(input).toHaveBeenCalledTimes(1);
  });

  it("goes before a renewal, and leaves that for the next refusal", async () => {
    const learn = vi.fn(() => learn.mock.calls.length === 1);
    const [one, two] = [randomCredentials(), randomCredentials()];
    const signer = signerOf(one, two);
    const { base, tokens } = sources({ learn, signer });
    const material = await gatherMaterial(base);
    expect(await material.mend(EXPIRED)).toBe(true);
    expect(material.signWith).toBe(one);
    expect(tokens).toHaveLength(2);
    expect(await material.mend(EXPIRED)).toBe(true);
    expect(material.signWith).toBe(two);
    expect(await material.mend(EXPIRED)).toBe(false);
  });
});

describe("who signs", () => {
  it("is renewed once when the service calls the credentials expired", async () => {
    const [one, two] = [randomCredentials(), randomCredentials()];
    const signer = signerOf(one, two);
    const { base, input } = sources({ signer });
    const material = await gatherMaterial(base);
    expect(material.signWith).toBe(one);
    expect(await material.mend(EXPIRED)).toBe(true);
    expect(material.signWith).toBe(two);
    expect(await material.mend(EXPIRED)).toBe(false);
    expect(signer.renewed).toEqual([one]);
    // The token of a signed call is not what expired.
    expect(input).toHaveBeenCalledTimes(1);
  });

  it("stays when there are no other credentials, and the call is not sent again", async () => {
    const one = randomCredentials();
    const { base } = sources({ signer: signerOf(one) });
    const material = await gatherMaterial(base);
    expect(await material.mend(EXPIRED)).toBe(false);
    expect(material.signWith).toBe(one);
  });

  it("is asked again after an input that works once, which a person may take minutes for", async () => {
    const sets = [randomCredentials(), randomCredentials()];
    const credentials = vi.fn(async () => sets.shift() ?? randomCredentials());
    const last = sets[1];
    const { base } = sources({ signer: { credentials, renew: async () => undefined }, resend: false });
    const material = await gatherMaterial(base);
    expect(credentials).toHaveBeenCalledTimes(2);
    expect(material.signWith).toBe(last);
  });
});

describe("the secrets of a call", () => {
  it("are those of every input that was made and of everybody who signed", async () => {
    const [one, two] = [randomCredentials(), randomCredentials()];
    const { base, tokens } = sources({
      signer: signerOf(one, two),
      learn: ({ code }) => code === "PackedPolicyTooLarge",
    });
    const material = await gatherMaterial(base);
    await material.refresh();
    await material.mend(TOO_LARGE);
    await material.mend(EXPIRED);
    expect(tokens).toHaveLength(3);
    const expected = [...tokens, one.secretAccessKey, one.sessionToken, two.secretAccessKey, two.sessionToken];
    expect(new Set(material.secrets)).toEqual(new Set(expected));
  });

  it("are also those of a signer who was replaced while a person was asked", async () => {
    const [one, two] = [randomCredentials(), randomCredentials()];
    const sets = [one, two];
    const signer = { credentials: async () => sets.shift() ?? one, renew: async () => undefined };
    const { base } = sources({ signer, resend: false });
    const { secrets } = await gatherMaterial(base);
    expect(secrets).toEqual(expect.arrayContaining([one.secretAccessKey, two.secretAccessKey, two.sessionToken]));
  });
});
