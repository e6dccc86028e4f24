import { afterAll, afterEach, beforeEach, expect } from "vitest";
import { createTripwire } from "./tripwire.js";

// The SDK warns of the Node version on stderr in every process.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const tripwire = createTripwire();

// From now on, so that what modules do when they are imported counts as well.
tripwire.arm();

beforeEach(() => tripwire.arm());

afterEach(() => {
  expect(tripwire.takeViolations(), "console output, or a connection beyond loopback").toEqual([]);
});

afterAll(() => {
  tripwire.disarm();
  expect(tripwire.takeViolations(), "console output, or a connection beyond loopback, outside of a test").toEqual([]);
});
