import { describe, expect, test } from "vitest";
import { type AwsEmulatorOptions, startAwsEmulator } from "../src/index.js";
import { refusalOf } from "./refusal.js";

/** What is said of options that no type checker saw. */
function refusal(options: unknown): Promise<unknown> {
  return refusalOf(() => startAwsEmulator(options as AwsEmulatorOptions));
}

describe("an unknown option is refused, with the nearest there is", () => {
  test.each<[unknown, string]>([
    [{ prot: 1 }, '"prot" is no member of the options of startAwsEmulator; did you mean "port"?'],
    [
      { maxClockSkew: 1 },
      '"maxClockSkew" is no member of the options of startAwsEmulator; did you mean "maxClockSkewMs"?',
    ],
    [{ endpoint: "x" }, '"endpoint" is no member of the options of startAwsEmulator; it has port, clock, users,'],
    [{ users: [{ name: "ann" }] }, '"users[0].name" is no member of a user; did you mean "userName"?'],
    [{ users: [{ userName: "a", mfaSerialNumber: "x" }] }, 'no member of a user; did you mean "mfaSerialNumbers"?'],
    [{ roles: [{ name: "demo" }] }, '"roles[0].name" is no member of a role; did you mean "roleName"?'],
    [
      { roles: [{ roleName: "a" }, { roleName: "b", Deny: [] }] },
      '"roles[1].Deny" is no member of a role; did you mean "deny"?',
    ],
    [
      { roles: [{ roleName: "demo", trust: { requireMFA: true } }] },
      '"roles[0].trust.requireMFA" is no member of a trust policy; did you mean "requireMfa"?',
    ],
    [
      { roles: [{ roleName: "demo", trust: { principal: ["*"] } }] },
      '"roles[0].trust.principal" is no member of a trust policy; did you mean "principals"?',
    ],
  ])("%o", async (options, message) => {
    expect(await refusal(options)).toContain(message);
  });
});

describe("an option out of bounds is refused, with what came", () => {
  test.each<[unknown, string]>([
    [null, "the options of startAwsEmulator must be an object with port, clock, "],
    ["x", "; got a string"],
    [{ port: "x" }, '"port" must be a whole number, 0 to 65535; got a string'],
    [{ port: -1 }, '"port" must be a whole number, 0 to 65535; got -1'],
    [{ port: 70_000 }, "got 70000"],
    [{ port: 1.5 }, "got 1.5"],
    [{ port: Promise.resolve(1) }, "got a promise"],
    [{ clock: {} }, '"clock" must be an object whose method now() answers epoch milliseconds; got one without now()'],
    [{ clock: 5 }, "got a number"],
    [{ clock: null }, "got null"],
    [{ clock: { now: () => "x" } }, "got one that answers a string"],
    [{ regions: [] }, '"regions" must be an array of regions, 1 or more; got an empty array'],
    [{ regions: "eu" }, '"regions" must be an array of regions, 1 or more; got a string'],
    [
      { regions: ["us-east-1", "us_east_1"] },
      '"regions[1]" must be a region, such as "us-east-1"; got a string of 9 characters',
    ],
    [{ disabledRegions: "eu-south-1" }, '"disabledRegions" must be an array of regions; got a string'],
    [{ optInRegions: ["AP"] }, '"optInRegions[0]" must be a region, such as "us-east-1"; got a string of 2 characters'],
    [{ outboundWebIdentityFederation: "off" }, '"outboundWebIdentityFederation" must be true or false; got a string'],
    [{ rootUsers: [{ accountId: "1" }] }, '"rootUsers[0].accountId" must be twelve digits'],
    [{ users: [{ userName: "a", mfaSeeds: { x: "a" } }] }, '"users[0].mfaSeeds" must be an object of base32 seeds'],
    [{ maxClockSkewMs: "5" }, '"maxClockSkewMs" must be a number of milliseconds, 0 or more; got a string'],
    [{ maxClockSkewMs: -1 }, "got -1"],
    [{ maxClockSkewMs: Number.NaN }, "got NaN"],
    [{ buckets: ["UPPER"] }, '"buckets[0]" must be a name of S3\'s: 3 to 63 lower-case letters'],
    [{ buckets: "box" }, '"buckets" must be an array of bucket names; got a string'],
    [{ buckets: ["box", "box"] }, '"buckets[1]" must be a new bucket; there is "box" already'],
    [{ users: "x" }, '"users" must be an array of users; got a string'],
    [{ roles: ["demo"] }, '"roles[0]" must be an object with roleName, accountId, '],
    [{ roles: [{}] }, '"roles[0].roleName" must be a name of IAM\'s'],
  ])("%o", async (options, message) => {
    expect(await refusal(options)).toContain(message);
  });
});

test("takes what may be left out, and what is at a bound", async () => {
  const left = { port: undefined, clock: undefined, users: undefined, roles: undefined, regions: undefined };
  await using emulator = await startAwsEmulator({ ...left, maxClockSkewMs: Number.POSITIVE_INFINITY } as object);
  expect(emulator.env["AWS_REGION"]).toBe("us-east-1");
  await using other = await startAwsEmulator({ clock: Date, maxClockSkewMs: 0, users: [], roles: [], buckets: [] });
  expect(other.clock.now()).toBeCloseTo(Date.now(), -4);
});
