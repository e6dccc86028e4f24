import { fromWebIdentity } from "evercred";
import { expect, it, vi } from "vitest";
import type { TokenRequest } from "../../../src/providers/tokens/token-source.js";
import { awsWithOidc } from "../aws-with-oidc.js";

const OPERATION = "AssumeRoleWithWebIdentity";

it.each([
  { refusals: ["ExpiredTokenException"], renew: [false, true] },
  { refusals: ["InvalidIdentityToken"], renew: [false, true] },
  { refusals: ["InvalidIdentityToken", "InvalidIdentityToken"], renew: [false, true, true] },
  // What STS did not look at was not refused.
  { refusals: ["Throttling"], renew: [false, false] },
  { refusals: ["IDPCommunicationError"], renew: [false, false] },
  { refusals: ["InvalidIdentityToken", "Throttling"], renew: [false, true, false] },
])("a token is asked for with renew $renew after $refusals", async ({ refusals, renew }) => {
  const { emulator, issuer, web } = await awsWithOidc();
  for (const code of refusals) {
    emulator.addFault({ operation: OPERATION, kind: "refuse", status: 400, code, times: 1 });
  }
  const token = vi.fn((_request: TokenRequest) => issuer.token());
  await fromWebIdentity({ ...web, token })();
  expect(token.mock.calls.map(([request]) => request.renew)).toEqual(renew);
  expect(new Set(token.mock.calls.map(([request]) => Object.keys(request).sort().join()))).toEqual(
    new Set(["background,clock,random,renew,signal"]),
  );
});
