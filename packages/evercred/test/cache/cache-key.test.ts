import { describe, expect, it } from "vitest";
import { canonicalJson, hashKey } from "../../src/cache/cache-key.js";
import { CredentialsConfigError, type KeyParts, type KeyValue } from "../../src/index.js";

const ROLE = "arn:aws:iam::123456789012:role/example";

it("does not depend on the order of members, at any depth", () => {
  const one: KeyParts = { roleArn: ROLE, signer: { region: "eu-west-1", profile: "dev" } };
  const other: KeyParts = { signer: { profile: "dev", region: "eu-west-1" }, roleArn: ROLE };
  expect(hashKey(one)).toBe(hashKey(other));
});

it("depends on the order of lists", () => {
  expect(hashKey({ keys: ["a", "b"] })).not.toBe(hashKey({ keys: ["b", "a"] }));
});

it("leaves out undefined members", () => {
  expect(hashKey({ roleArn: ROLE, externalId: undefined })).toBe(hashKey({ roleArn: ROLE }));
});

it("does not show what it was made of", () => {
  expect(hashKey({ roleArn: ROLE })).toMatch(/^[\w-]{43}$/);
});

it.each<[KeyValue, KeyValue]>([
  [1, "1"],
  [true, "true"],
  [null, "null"],
  [null, undefined],
  [0, false],
  ["", null],
  [[], {}],
  [[], ""],
  [["a", "b"], ["a,b"]],
  [
    ["a", "b"],
    [["a"], "b"],
  ],
  [{ a: "b" }, '{"a":"b"}'],
  ["\ud800", "\ufffd"],
  ["\ud800", "\\ud800"],
  ["é", "e\u0301"],
])("tells %j from %j", (one, other) => {
  expect(hashKey({ value: one })).not.toBe(hashKey({ value: other }));
});

it("takes minus zero for zero", () => {
  expect(hashKey({ value: -0 })).toBe(hashKey({ value: 0 }));
});

it("does not fall for members named like parts of a prototype", () => {
  const parts = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": 2 }') as KeyParts;
  expect(canonicalJson(parts)).toBe('{"__proto__":{"a":1},"constructor":2}');
});

describe("refuses what it could not tell apart", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = cycle;

  it.each<[string, unknown]>([
    ["function", () => 1],
    ["symbol", Symbol("a")],
    ["bigint", 1n],
    ["number", Number.NaN],
    ["number", Number.POSITIVE_INFINITY],
    ["Date", new Date(0)],
    ["Map", new Map()],
    ["RegExp", /a/],
    ["Uint8Array", new Uint8Array(1)],
    ["nested", cycle],
  ])("a %s", (said, value) => {
    const make = () => hashKey({ value: value as KeyValue });
    expect(make).toThrow(CredentialsConfigError);
    expect(make).toThrow(said);
  });
});
