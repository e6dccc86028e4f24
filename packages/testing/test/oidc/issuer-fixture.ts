import { onTestFinished } from "vitest";
import { type OidcIssuer, type OidcIssuerOptions, startOidcIssuer } from "../../src/index.js";

/** An issuer that ends with the test. */
export async function startIssuer(options: OidcIssuerOptions = {}): Promise<OidcIssuer> {
  const issuer = await startOidcIssuer(options);
  onTestFinished(() => issuer.close());
  return issuer;
}
