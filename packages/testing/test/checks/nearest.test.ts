import { expect, test } from "vitest";
import { nearestOf } from "../../src/checks/nearest.js";

test.each([
  ["requireMFA", ["principals", "requireMfa"], "requireMfa"],
  ["name", ["accountId", "roleName"], "roleName"],
  ["assumeRole", ["GetCallerIdentity", "AssumeRole"], "AssumeRole"],
  ["opration", ["kind", "operation"], "operation"],
  ["latency", ["latencyMs", "kind"], "latencyMs"],
  ["dynamodb", ["sts", "s3"], undefined],
  ["", ["kind"], undefined],
  ["x", [], undefined],
])("of %j in %j, %j is meant", (name, known, nearest) => {
  expect(nearestOf(name, known)).toBe(nearest);
});
