import { randomBytes } from "node:crypto";
import { fromAssumeRole, fromFederationToken } from "evercred";
import { describe, expect, it } from "vitest";
import { type EmulatedAws, emulatedAws, roleArn } from "../support/emulated-aws.js";

/** A value that does not pack: what STS counts is what is left after packing. */
function incompressible(): string {
  return randomBytes(128).toString("hex").slice(0, 255);
}

/** So many tags that are too large together with anything else. */
function bulk(count = 20): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`bulk-${index}`, incompressible()]));
}

const KEPT = { Project: "Pegasus", "Cost-Center": "12345" };

async function tagged(options: object = {}) {
  const aws = await emulatedAws({ roles: [{ roleName: "reader" }] });
  const dropped = bulk();
  const provider = fromAssumeRole({
    ...aws.at,
    roleArn: roleArn("reader"),
    source: aws.user,
    tags: { ...KEPT, ...dropped },
    droppableTags: Object.keys(dropped),
    ...options,
  });
  return { ...aws, dropped, provider };
}

function sizes({ emulator }: Pick<EmulatedAws, "emulator">): number[] {
  return emulator.requests.map(
    ({ parameters }) => Object.keys(parameters).filter((name) => /^Tags\.member\.\d+\.Key$/.test(name)).length,
  );
}

describe("droppableTags", () => {
  it("are left out once STS finds them too large, and the others stay", async () => {
    const { emulator, provider } = await tagged();
    const { accessKeyId } = await provider();
    expect(emulator.session(accessKeyId).tags).toEqual(KEPT);
    expect(sizes({ emulator })).toEqual([22, 2]);
    expect(emulator.requests.map(({ errorCode }) => errorCode)).toEqual(["PackedPolicyTooLarge", undefined]);
  });

  it("stay where they fit", async () => {
    const { emulator, provider } = await tagged({ tags: { ...KEPT, Ticket: "T-1" }, droppableTags: ["Ticket"] });
    const { accessKeyId } = await provider();
    expect(emulator.session(accessKeyId).tags).toEqual({ ...KEPT, Ticket: "T-1" });
    expect(provider.status().details).not.toHaveProperty("droppedTags");
  });

  it("go with their transitive keys, and the other transitive keys stay", async () => {
    const { emulator, provider, dropped } = await tagged({ transitiveTagKeys: ["bulk-0", "Project", "bulk-7"] });
    const { accessKeyId } = await provider();
    expect(emulator.session(accessKeyId)).toMatchObject({ tags: KEPT, transitiveTagKeys: ["Project"] });
    expect(Object.keys(dropped)).toContain("bulk-7");
  });

  it("go with transitive keys that are written in another case: AWS takes them for one", async () => {
    const { emulator, provider } = await tagged({ transitiveTagKeys: ["BULK-0", "Project"] });
    const { accessKeyId } = await provider();
    expect(emulator.session(accessKeyId).transitiveTagKeys).toEqual(["Project"]);
  });

  it("leave no tags at all where all of them may go", async () => {
    const tags = bulk();
    const { emulator, provider } = await tagged({
      tags,
      droppableTags: Object.keys(tags),
      transitiveTagKeys: ["bulk-1"],
    });
    const { accessKeyId } = await provider();
    expect(emulator.session(accessKeyId)).toMatchObject({ tags: {}, transitiveTagKeys: [] });
    expect(Object.keys(emulator.requests[1]?.parameters ?? {}).filter((name) => /Tag/.test(name))).toEqual([]);
  });

  it("are named in `status()`, and the size that is left as well", async () => {
    const { provider } = await tagged();
    await provider();
    expect(provider.status().details).toMatchObject({
      droppedTags: expect.stringContaining("bulk-0, bulk-1"),
      packedPolicySize: expect.any(Number),
    });
    expect(provider.status().details?.["packedPolicySize"]).toBeLessThan(100);
  });

  it("are dropped once: what is still too large is the error", async () => {
    const tags = { ...bulk(), Ticket: "T-1" };
    const { emulator, provider } = await tagged({ tags, droppableTags: ["Ticket"] });
    await expect(provider()).rejects.toMatchObject({
      code: "ERR_CREDENTIALS_CONFIG",
      message: expect.stringMatching(/PackedPolicyTooLarge.*fewer `policyArns` and `tags`/),
    });
    expect(sizes({ emulator })).toEqual([21, 20]);
  });

  it("are remembered: the next load begins without them, for a day", async () => {
    const { emulator, clock, provider } = await tagged();
    await provider();
    await provider({ forceRefresh: true });
    expect(sizes({ emulator })).toEqual([22, 2, 2]);
    clock.shift(86_400_000);
    await provider();
    expect(sizes({ emulator })).toEqual([22, 2, 2, 22, 2]);
  });

  it("are none by default", async () => {
    const { emulator, provider } = await tagged({ droppableTags: undefined });
    await expect(provider()).rejects.toMatchObject({ code: "ERR_CREDENTIALS_CONFIG" });
    expect(emulator.count("AssumeRole")).toBe(1);
  });

  it("go together with durationFallback within one load", async () => {
    const { emulator, cache, provider } = await tagged({ durationSeconds: 7_200, durationFallback: true });
    await provider();
    expect(provider.status().details).toMatchObject({
      requestedDurationSeconds: 7_200,
      durationSeconds: 3_600,
      droppedTags: expect.stringContaining("bulk-19"),
    });
    expect(emulator.count("AssumeRole")).toBe(3);
    expect(cache.stats()).toMatchObject({ refreshes: 1, failures: 0 });
  });

  it("decide who shares an entry, in whatever order they are written", async () => {
    const { emulator, at, user } = await tagged();
    const base = { ...at, roleArn: roleArn("reader"), source: user, tags: { a: "1", b: "2" } };
    const lists = [["a", "b"], ["b", "a"], ["a"], undefined, []];
    const sets = await Promise.all(lists.map((droppableTags) => fromAssumeRole({ ...base, droppableTags })()));
    expect(sets[0]).toBe(sets[1]);
    expect(sets[3]).toBe(sets[4]);
    expect(new Set(sets).size).toBe(3);
    expect(emulator.count("AssumeRole")).toBe(3);
  });

  it("work for a federated user too", async () => {
    const { emulator, at, user, dropped } = await tagged();
    const provider = fromFederationToken({
      ...at,
      source: user,
      name: "Bob",
      policyArns: ["arn:aws:iam::123456789012:policy/demopolicy1"],
      tags: { ...KEPT, ...dropped },
      droppableTags: Object.keys(dropped),
    });
    const { accessKeyId } = await provider();
    expect(emulator.session(accessKeyId).tags).toEqual(KEPT);
    expect(provider.status().details).toHaveProperty("droppedTags");
  });

  it.each(["Ticket", "constructor", "toString"])("must be keys of `tags`: %s is none", (stranger) => {
    const make = () =>
      fromAssumeRole({ roleArn: roleArn("reader"), tags: { Project: "Pegasus" }, droppableTags: [stranger] });
    expect(make).toThrow(expect.objectContaining({ code: "ERR_CREDENTIALS_CONFIG" }));
    expect(make).toThrow(`\`droppableTags\` names "${stranger}", which \`tags\` does not have`);
  });

  it("cannot be named where there are no tags", () => {
    const make = () => fromAssumeRole({ roleArn: roleArn("reader"), droppableTags: ["Project"] });
    expect(make).toThrow(/`droppableTags` names "Project"/);
  });

  it.each([["Project"], [{}], [7]])("must be an array of keys: %j is refused", (droppableTags) => {
    const make = () =>
      fromAssumeRole({
        roleArn: roleArn("reader"),
        tags: { Project: "Pegasus" },
        droppableTags: droppableTags as unknown as string[],
      });
    expect(make).toThrow(/`droppableTags` must be an array/);
  });
});
