import { createFakeClock } from "@evercred/testing";
import { describe, expect, it } from "vitest";
import { askForCode } from "../../src/providers/mfa-code.js";

const DEVICE = "arn:aws:iam::123456789012:mfa/demo";
const CODE = "314159";

describe("a code that was answered once", () => {
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
