import { createFakeClock } from "@evercred/testing";
import { type Clock, createCredentialCache } from "evercred";
import { expect, it } from "vitest";

/** A clock that tells which of its pending calls would keep the process alive. */
function watchedClock(): Clock & { readonly held: () => number } {
  const clock = createFakeClock();
  const held = new Set<object>();
  return {
    now: clock.now,
    held: () => held.size,
    schedule(callback, delayMs) {
      const call = clock.schedule(callback, delayMs);
      const token = {};
      const release = (): void => void held.delete(token);
      return {
        cancel: () => {
          release();
          call.cancel();
        },
        ref: () => void held.add(token),
        unref: release,
      };
    },
  };
}

it("keeps the process alive for those who wait, and for nobody else", async () => {
  const clock = watchedClock();
  const cache = createCredentialCache({ clock });
  const provider = cache.provider({ name: "hung", key: {}, load: () => new Promise(() => {}) });
  const [first, second] = [new AbortController(), new AbortController()];
  const waits = [first, second].map(({ signal }) => provider({ signal }).catch(() => "left"));
  expect(clock.held()).toBe(1);
  first.abort();
  await waits[0];
  expect(clock.held()).toBe(1);
  second.abort();
  expect(await waits[1]).toBe("left");
  expect(clock.held()).toBe(0);
});
