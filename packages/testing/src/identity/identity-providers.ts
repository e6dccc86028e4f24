import { defaultAccountId } from "./default-account-id.js";

/** An OIDC identity provider of an account: whose tokens its roles may trust. */
export interface EmulatorOidcProvider {
  /** The issuer's URL, as in the `iss` of its tokens. The emulator asks it for its keys, so for tests it is on loopback. */
  readonly issuer: string;
  /** The audiences that tokens may be for. */
  readonly clientIds: readonly string[];
  /** Twelve digits. Default: `123456789012`. */
  readonly accountId?: string;
}

/** A SAML identity provider of an account: whose assertions its roles may trust. */
export interface EmulatorSamlProvider {
  /** 1 to 128 letters, digits and characters of `._-`. */
  readonly name: string;
  /** The identity provider's metadata document, XML. */
  readonly metadata: string;
  /** Twelve digits. Default: `123456789012`. */
  readonly accountId?: string;
}

/** What `addOidcProvider` or `addSamlProvider` made. */
export interface AddedIdentityProvider {
  /** For the `trust.federated` of a role. */
  readonly arn: string;
}

export interface OidcProvider {
  readonly arn: string;
  readonly issuer: string;
  readonly clientIds: readonly string[];
  readonly accountId: string;
}

export interface SamlProvider {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly metadata: string;
}

/** The identity providers of every account of one emulator. What is added was checked before. */
export interface IdentityProviders {
  addOidcProvider(provider: EmulatorOidcProvider): AddedIdentityProvider;
  addSamlProvider(provider: EmulatorSamlProvider): AddedIdentityProvider;
  oidcProvider(issuer: string, accountId: string): OidcProvider | undefined;
  samlProvider(arn: string): SamlProvider | undefined;
}

export function createIdentityProviders(): IdentityProviders {
  const oidc = new Map<string, OidcProvider>();
  const saml = new Map<string, SamlProvider>();
  return {
    addOidcProvider({ issuer, clientIds, accountId = defaultAccountId }): AddedIdentityProvider {
      const arn = oidcProviderArn(issuer, accountId);
      oidc.set(arn, { arn, issuer, clientIds: [...clientIds], accountId });
      return { arn };
    },
    addSamlProvider({ name, metadata, accountId = defaultAccountId }): AddedIdentityProvider {
      const arn = `arn:aws:iam::${accountId}:saml-provider/${name}`;
      saml.set(arn, { arn, name, accountId, metadata });
      return { arn };
    },
    oidcProvider: (issuer, accountId) => oidc.get(oidcProviderArn(issuer, accountId)),
    samlProvider: (arn) => saml.get(arn),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns */
function oidcProviderArn(issuer: string, accountId: string): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${issuer.replace(/^https?:\/\//, "")}`;
}
