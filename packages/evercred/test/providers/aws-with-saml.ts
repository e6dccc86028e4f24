import { createSamlIdp, type SamlAssertionOptions, type SamlRole } from "@evercred/testing";
import type { CredentialCacheOptions } from "evercred";
import { vi } from "vitest";
import { type EmulatedAws, emulatedAws, roleArn } from "../support/emulated-aws.js";

/** One for a whole file: its key takes time to make, and the times of its assertions are given. */
const idp = createSamlIdp();

export const SAML_PROVIDER = "arn:aws:iam::123456789012:saml-provider/idp";

export interface AwsWithSaml extends EmulatedAws {
  /** The pair of a role of the emulator, as assertions have it. */
  readonly pair: (roleName: string) => SamlRole;
  /** An assertion of now, for the role `saml` unless it is told others. */
  readonly assertion: (options?: Partial<SamlAssertionOptions>) => string;
  /** Signs somebody in, for all the roles. */
  readonly signIn: ReturnType<typeof vi.fn<(request: { readonly background: boolean }) => string | Promise<string>>>;
  readonly entityId: string;
}

/** An emulator that trusts a SAML identity provider, with the roles `saml` and `saml-0` to `saml-10` for its assertions. */
export async function awsWithSaml(
  options: Parameters<typeof emulatedAws>[0] = {},
  cacheOptions: CredentialCacheOptions = {},
): Promise<AwsWithSaml> {
  const aws = await emulatedAws({ buckets: ["photos"], roles: [{ roleName: "leaf" }], ...options }, cacheOptions);
  const { arn } = aws.emulator.addSamlProvider({ name: "idp", metadata: idp.metadata });
  const names = ["saml", ...Array.from({ length: 11 }, (_, index) => `saml-${index}`)];
  for (const roleName of names) {
    aws.emulator.addRole({ roleName, trust: { federated: [arn] } });
  }
  const pair = (roleName: string): SamlRole => ({ roleArn: roleArn(roleName), principalArn: arn });
  const { clock } = cacheOptions;
  const now = (): Date => new Date((clock ?? aws.clock).now());
  const assertion = (more: Partial<SamlAssertionOptions> = {}): string =>
    idp.assertion({ roles: [pair("saml")], issuedAt: now(), ...more });
  return {
    ...aws,
    pair,
    assertion,
    signIn: vi.fn(() => assertion({ roles: names.map(pair) })),
    entityId: idp.entityId,
  };
}
