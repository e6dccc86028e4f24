import { createFakeClock } from "@evercred/testing";
import { describe, expect, it, vi } from "vitest";
import { readToken, tokenDesk } from "../../../src/providers/web-identity/token-desk.js";
import type { LoadContext } from "../../../src/types.js";

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const JWT = `${part({ alg: "RS256" })}.${part({ sub: "me" })}.c2lnbmVk`;

function contextOf(more: Partial<LoadContext> = {}): LoadContext {
  const clock = createFakeClock();
  const { signal } = new AbortController();
  return {
    clock,
    signal,
    random: () => 0,
    background: false,
    renew: false,
    deadline: clock.now() + 30_000,
    callerClientConfig: { region: "eu-west-1" },
    ...more,
  };
}

describe("what a token source is told", () => {
  it("is exactly the signal, the background, whether to renew, the clock and the random", async () => {
    const source = vi.fn((_request: object) => JWT);
    const context = contextOf({ background: true });
    await readToken(tokenDesk({ token: source }), context, { renew: false, isOpaque: false });
    const [request = {}] = source.mock.calls[0] ?? [];
    const { signal, background, clock, random } = context;
    expect(request).toStrictEqual({ signal, background, renew: false, clock, random });
  });

  it.each([
    [false, false, false],
    [true, false, true],
    [false, true, true],
    [true, true, true],
  ])("is to renew where the load was told so (%j) or STS said so (%j): %j", async (ofLoad, ofSts, renew) => {
    const source = vi.fn((_request: { renew: boolean }) => JWT);
    await readToken(tokenDesk({ token: source }), contextOf({ renew: ofLoad }), { renew: ofSts, isOpaque: false });
    expect(source.mock.calls[0]?.[0]).toMatchObject({ renew });
  });
});

describe("a token without a signature", () => {
  it.each([
    ["nothing where it belongs", JWT.replace(/[^.]*$/, "")],
    ["the algorithm none", `${part({ alg: "none" })}.${part({ sub: "me" })}.c2lnbmVk`],
  ])("is not sent: %s", async (_name, token) => {
    await expect(readToken(tokenDesk({ token }), contextOf(), { renew: false, isOpaque: false })).rejects.toMatchObject(
      {
        code: "ERR_CREDENTIALS_CONFIG",
        message: expect.stringContaining("`token` is not signed"),
      },
    );
  });
});
