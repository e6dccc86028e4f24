import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as evercred from "../src/index.js";

const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));

/** Modules outside the package that are loaded as soon as a file is. Type imports vanish. */
function externalImports(file: string, seen: Set<string> = new Set()): string[] {
  if (seen.has(file)) {
    return [];
  }
  seen.add(file);
  const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type\b)[^;]*?from "([^"]+)";/gms);
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
