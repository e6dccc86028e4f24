// biome-ignore-all lint/suspicious/noConsole: console output is what these tests are about
import { lookup } from "node:dns";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createTripwire, type Tripwire } from "./tripwire.js";

/** A second tripwire over the one of the set-up file, which therefore sees nothing. */
function armed(): Tripwire {
  const tripwire = createTripwire();
  tripwire.arm();
  onTestFinished(() => tripwire.disarm());
  return tripwire;
}

test("notes console output, once", () => {
  const tripwire = armed();
  console.log("a line");
  console.error("another");
  expect(tripwire.takeViolations()).toEqual(["console.log(a line)", "console.error(another)"]);
  expect(tripwire.takeViolations()).toEqual([]);
});

test("refuses and notes a connection to another address than loopback", () => {
  const tripwire = armed();
  expect(() => connect(80, "192.0.2.1")).toThrow("beyond loopback");
  expect(() => connect({ host: "192.0.2.2", port: 80 })).toThrow("beyond loopback");
  expect(tripwire.takeViolations()).toEqual(["connection to 192.0.2.1", "connection to 192.0.2.2"]);
});

test("refuses and notes the lookup of another name than localhost", () => {
  const tripwire = armed();
  expect(() => lookup("example.com", () => undefined)).toThrow("beyond loopback");
  expect(tripwire.takeViolations()).toEqual(["dns.lookup of example.com"]);
});

test("takes down what it put up", () => {
  const { log } = console;
  const tripwire = createTripwire();
  tripwire.arm();
  expect(console.log).not.toBe(log);
  tripwire.disarm();
  expect(console.log).toBe(log);
});
