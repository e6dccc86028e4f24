import { createFakeClock, type FakeClock } from "@evercred/testing";
import { describe, expect, it } from "vitest";
import { openCodeDesk, type TokenCodeProvider } from "../../src/providers/mfa-code.js";

const DEVICE = "arn:aws:iam::123456789012:mfa/demo";
const CODE = "314159";

function askForCode(tokenCode: TokenCodeProvider, serialNumber: string, clock: FakeClock): Promise<string> {
  return openCodeDesk(tokenCode, serialNumber, clock).ask();
}

describe("a code that was answered once", () => {
  it("goes again when it reached nobody, and not when somebody may have it", async () => {
    const clock = createFakeClock();
    for (const [error, goes] of [
      [Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" }), true],
      [Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" }), false],
    ] as const) {
      const desk = openCodeDesk(() => CODE, DEVICE, clock);
      await desk.ask();
      desk.failed(new Error("the load", { cause: error }));
      const again = askForCode(() => CODE, `${DEVICE}`, clock);
      await (goes ? expect(again).resolves.toBe(CODE) : expect(again).rejects.toBeInstanceOf(Error));
      await clock.advance(90_000);
    }
  });

  it("is refused within ninety seconds, without being shown, and goes after that", async () => {
    const clock = createFakeClock();
    await expect(askForCode(() => CODE, DEVICE, clock)).resolves.toBe(CODE);
    await clock.advance(89_999);
    const error = await askForCode(() => CODE, DEVICE, clock).catch((cause: unknown) => cause as Error);
    expect(error).toMatchObject({
      code: "ERR_CREDENTIALS_TRANSIENT",
      message: expect.stringMatching(/`tokenCode` answered a code of \S+ that was used already.*next code/),
    });
    expect(String(error)).not.toContain(CODE);
    await clock.advance(1);
    await expect(askForCode(() => CODE, DEVICE, clock)).resolves.toBe(CODE);
    await expect(askForCode(() => CODE, DEVICE, clock)).rejects.toMatchObject({ code: "ERR_CREDENTIALS_TRANSIENT" });
  });

  it("is no longer remembered when the clock steps back by far: nobody knows when it was", async () => {
    const clock = createFakeClock();
    await askForCode(() => CODE, DEVICE, clock);
    clock.step(-90_000);
    await expect(askForCode(() => CODE, DEVICE, clock)).resolves.toBe(CODE);
  });

  it("says nothing of another device's same digits, of another code, or by another clock", async () => {
    const clock = createFakeClock();
    await askForCode(() => CODE, DEVICE, clock);
    await expect(askForCode(() => CODE, `${DEVICE}-two`, clock)).resolves.toBe(CODE);
    await expect(askForCode(() => "271828", DEVICE, clock)).resolves.toBe("271828");
    await expect(askForCode(() => CODE, DEVICE, createFakeClock())).resolves.toBe(CODE);
  });
});
