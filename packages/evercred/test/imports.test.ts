import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as evercred from "../src/index.js";

const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));

/** Modules outside the package that are loaded as soon as a file is. Type imports vanish. `seen` gathers our own. */
function externalImports(file: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(file)) {
    return [];
  }
  seen.add(file);
  const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type\b)(?:[^;"]*?from )?"([^"]+)";/gms);
  return [...statements].flatMap(([, specifier = ""]) =>
    specifier.startsWith(".")
      ? externalImports(join(dirname(file), specifier.replace(/\.js$/, ".ts")), seen)
      : [specifier],
  );
}

describe("importing evercred", () => {
  it("loads nothing but Node's own modules", () => {
    const imports = new Set(externalImports(entry));
    expect([...imports].filter((name) => !name.startsWith("node:"))).toEqual([]);
    expect(imports.size).toBeGreaterThan(0);
  });

  it.each([
    "providers/tokens/ask-endpoint.ts",
    "providers/saml/read-saml-assertion.ts",
    "providers/saml/choose-saml-role.ts",
    "providers/web-identity/read-jwt.ts",
  ])("leaves %s for the first call that needs it", (later) => {
    const own = new Set<string>();
    externalImports(entry, own);
    const source = dirname(entry);
    expect(own).toContain(join(source, "providers/from-saml.ts"));
    expect(existsSync(join(source, later))).toBe(true);
    expect(own).not.toContain(join(source, later));
  });

  it("gives these names and no others", () => {
    expect(Object.keys(evercred).sort()).toEqual([
      "CredentialsChainError",
      "CredentialsConfigError",
      "CredentialsDeniedError",
      "CredentialsError",
      "CredentialsExpiredError",
      "CredentialsTimeoutError",
      "CredentialsTransientError",
      "CredentialsUnavailableError",
      "azureManagedIdentityToken",
      "chain",
      "createCredentialCache",
      "fromAssumeRole",
      "fromAssumeRoot",
      "fromEnv",
      "fromFederationToken",
      "fromMfaSession",
      "fromProvider",
      "fromSaml",
      "fromSource",
      "fromStatic",
      "fromWebIdentity",
      "getWebIdentityToken",
      "githubActionsToken",
      "googleIdentityToken",
      "kubernetesServiceAccountToken",
      "listSamlRoles",
      "oidcClientCredentials",
      "sharedCache",
    ]);
  });
});
