import { TOTP } from "otpauth";
import { describe, expect, test } from "vitest";
import { createMfaDevices, type MfaDevices } from "../../src/identity/mfa-devices.js";

const serial = "arn:aws:iam::123456789012:mfa/demo";
/** The ASCII secret of RFC 6238's appendix B, in base32. */
const rfcSeed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

interface Bench {
  readonly devices: MfaDevices;
  readonly clock: { nowMs: number; now(): number };
  readonly shown: (atMs: number) => string;
}

function setUp(nowMs: number = Date.UTC(2026, 0, 1)): Bench {
  const clock = {
    nowMs,
    now(): number {
      return this.nowMs;
    },
  };
  const devices = createMfaDevices(clock);
  devices.add(serial, rfcSeed);
  const authenticator = new TOTP({ secret: rfcSeed });
  return { devices, clock, shown: (timestamp) => authenticator.generate({ timestamp }) };
}

// https://www.rfc-editor.org/rfc/rfc6238#appendix-B, the last six of its eight digits.
test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("shows the code of RFC 6238 at %i seconds", (seconds, code) => {
  expect(setUp(seconds * 1000).devices.issue(serial)).toBe(code);
});

describe("takes an authenticator's code", () => {
  test.each([
    ["two steps ago", -60_000, false],
    ["a step ago", -30_000, true],
    ["now", 0, true],
    ["in a step", 30_000, true],
    ["in two steps", 60_000, false],
  ])("of %s: %s ms, %s", (_when, offsetMs, taken) => {
    const { devices, clock, shown } = setUp();
    expect(devices.redeem(serial, shown(clock.nowMs + offsetMs))).toBe(taken);
  });

  test("once, also when the next step has come", () => {
    const { devices, clock, shown } = setUp();
    const code = shown(clock.nowMs);
    expect(devices.redeem(serial, code)).toBe(true);
    expect(devices.redeem(serial, code)).toBe(false);
    clock.nowMs += 30_000;
    expect(devices.redeem(serial, code)).toBe(false);
    expect(devices.redeem(serial, shown(clock.nowMs))).toBe(true);
  });
});

describe("an issued code", () => {
  test("is another one each time, and good in any order, within one step", () => {
    const { devices } = setUp();
    const codes = Array.from({ length: 20 }, () => devices.issue(serial) ?? "");
    expect(new Set(codes).size).toBe(20);
    for (const code of codes.toReversed()) expect(devices.redeem(serial, code)).toBe(true);
    for (const code of codes) expect(devices.redeem(serial, code)).toBe(false);
  });

  test("is none that an authenticator has used up", () => {
    const { devices, clock, shown } = setUp();
    expect(devices.redeem(serial, shown(clock.nowMs))).toBe(true);
    expect(devices.issue(serial)).toBe(shown(clock.nowMs + 30_000));
  });

  test("ends with its own time", () => {
    const { devices, clock } = setUp();
    const [first = "", second = "", third = ""] = Array.from({ length: 3 }, () => devices.issue(serial));
    clock.nowMs += 60_000;
    expect(devices.redeem(serial, first)).toBe(false);
    expect(devices.redeem(serial, second)).toBe(true);
    expect(devices.redeem(serial, third)).toBe(true);
  });
});

test("codes of one device are strangers to another", () => {
  const { devices } = setUp();
  devices.add("GAHT12345678");
  expect(devices.redeem("GAHT12345678", devices.issue(serial) ?? "")).toBe(false);
  expect(devices.issue("nobody's")).toBeUndefined();
  expect(devices.redeem("nobody's", "287082")).toBe(false);
});

test("a device without a seed gets a random one of 160 bits, and keeps it", () => {
  const { devices } = setUp();
  devices.add("GAHT12345678");
  const seed = devices.seed("GAHT12345678");
  expect(seed).toMatch(/^[A-Z2-7]{32}$/);
  devices.add("GAHT12345678");
  expect(devices.seed("GAHT12345678")).toBe(seed);
});
