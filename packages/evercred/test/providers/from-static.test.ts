import { createFakeClock } from "@evercred/testing";
import { fromStatic, type StaticOptions } from "evercred";
import { expect, it } from "vitest";

const KEYS = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };

it("gives a frozen copy: what happens to the original changes nothing", async () => {
  const mine = { ...KEYS };
  const provider = fromStatic(mine);
  mine.secretAccessKey = "changed";
  expect(await provider()).toMatchObject(KEYS);
});

it("serves until the expiration and fails from then on", async () => {
  const clock = createFakeClock();
  const expiration = new Date(clock.now() + 60_000);
  const provider = fromStatic({ ...KEYS, expiration }, { clock });
  await expect(provider({ minRemainingMs: 60_000 })).resolves.toMatchObject(KEYS);
  await expect(provider({ minRemainingMs: 60_001 })).rejects.toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
  await clock.advance(59_999);
  await expect(provider()).resolves.toMatchObject(KEYS);
  expect(provider.status()).toMatchObject({ phase: "valid", remainingMs: 1 });
  await clock.advance(1);
  await expect(provider()).rejects.toMatchObject({
    code: "ERR_CREDENTIALS_EXPIRED",
    message: expect.stringContaining("cannot be renewed"),
  });
  expect(provider.status().phase).toBe("expired");
});

it.each<[string, object]>([
  ["`accessKeyId`", { ...KEYS, accessKeyId: "" }],
  ["`secretAccessKey`", { accessKeyId: KEYS.accessKeyId }],
  ["`sessionToken`", { ...KEYS, sessionToken: 5 }],
  ["`expiration`", { ...KEYS, expiration: "2026-01-01" }],
  ["`expiration`", { ...KEYS, expiration: new Date(Number.NaN) }],
  ["`accessKeyId`", "AKIAIOSFODNN7EXAMPLE" as unknown as object],
])("names %s when it is missing or no good: %#", (option, credentials) => {
  expect(() => fromStatic(credentials as typeof KEYS)).toThrow(
    expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(option) }),
  );
});

it.each<[string, object]>([
  ["`allowedAccountIds` belongs into the second argument", { allowedAccountIds: ["123456789012"] }],
  ["`clock` belongs into the second argument", { clock: createFakeClock() }],
  ["a member `sesionToken`. Did you mean `sessionToken`?", { sesionToken: "x" }],
])("says that %s", (message, stray) => {
  expect(() => fromStatic({ ...KEYS, ...stray })).toThrow(
    expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(message) }),
  );
});

it("hands other members on as they are", async () => {
  await expect(fromStatic({ ...KEYS, issuedBy: "vault" } as typeof KEYS)()).resolves.toMatchObject({
    issuedBy: "vault",
  });
});

it.each<[string, unknown]>([
  ["options of fromStatic", null],
  ["`clok`. Did you mean `clock`?", { clok: {} }],
  ["`clock`", { clock: {} }],
])("names %s when it is no good", (option, options) => {
  expect(() => fromStatic(KEYS, options as StaticOptions)).toThrow(
    expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG", message: expect.stringContaining(option) }),
  );
});
