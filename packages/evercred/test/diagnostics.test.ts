import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, it, onTestFinished, vi } from "vitest";
import { publish } from "../src/diagnostics.js";

const event = { name: "vault", key: "k" };

it("makes no event while nobody listens", () => {
  const make = vi.fn(() => event);
  publish("serve-stale", make);
  expect(make).not.toHaveBeenCalled();
});

it("makes the event once somebody listens", () => {
  const heard: unknown[] = [];
  const listen = (message: unknown): void => void heard.push(message);
  subscribe("evercred:serve-stale", listen);
  onTestFinished(() => void unsubscribe("evercred:serve-stale", listen));
  publish("serve-stale", () => event);
  expect(heard).toEqual([event]);
});
