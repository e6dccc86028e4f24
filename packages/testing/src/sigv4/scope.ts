import { RequestRefused } from "./refusal.js";
import type { CredentialScope, SignatureClaim } from "./signature-claim.js";

/** Requires a credential scope that fits the request: its day, a region that exists, the service asked, `aws4_request`. */
export function requireScope(claim: SignatureClaim, service: string, regions: ReadonlySet<string>): void {
  const { scope, via } = claim;
  const refuse = (part: "date" | "region" | "service" | "terminator", found: string, expected: string): never => {
    throw new RequestRefused({ reason: "wrong-scope", part, via, found, expected });
  };
  const expected: CredentialScope = {
    date: claim.amzDate.slice(0, 8),
    region: scope.region,
    service,
    terminator: "aws4_request",
  };
  if (scope.terminator !== expected.terminator) refuse("terminator", scope.terminator, expected.terminator);
  if (scope.service !== expected.service) refuse("service", scope.service, expected.service);
  if (!regions.has(scope.region)) refuse("region", scope.region, [...regions][0] ?? "");
  if (scope.date !== expected.date) refuse("date", scope.date, expected.date);
}
