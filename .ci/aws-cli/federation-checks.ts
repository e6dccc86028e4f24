import { type AwsEmulator, createSamlIdp, type OidcIssuer, type SamlIdp } from "@evercred/testing";
import { aws, type Check, equal, type Outcome, refused, sessionEnv, succeeded } from "./run-cli.js";

const webRoleArn = "arn:aws:iam::123456789012:role/web";
const samlRoleArn = "arn:aws:iam::123456789012:role/saml";

/** The identity provider whose assertions the emulator is to believe. */
export const samlIdp: SamlIdp = createSamlIdp();

/** AssumeRoleWithWebIdentity and AssumeRoleWithSAML, which the CLI sends without a signature. */
export function federationChecks(emulator: AwsEmulator, issuer: OidcIssuer): readonly Check[] {
  const oidc = emulator.addOidcProvider({ issuer: issuer.issuer, clientIds: ["sts.amazonaws.com"] });
  const saml = emulator.addSamlProvider({ name: "idp", metadata: samlIdp.metadata });
  emulator.addRole({ roleName: "web", trust: { federated: [oidc.arn], subject: "job" } });
  emulator.addRole({ roleName: "saml", trust: { federated: [saml.arn] } });
  return [...webIdentityChecks(emulator, issuer), ...samlChecks(emulator, saml.arn)];
}

function webIdentityChecks(emulator: AwsEmulator, issuer: OidcIssuer): readonly Check[] {
  const assume = (token: string): Promise<Outcome> => {
    const role = ["--role-arn", webRoleArn, "--role-session-name", "cli"];
    return aws(emulator, ["sts", "assume-role-with-web-identity", ...role, "--web-identity-token", token]);
  };
  return [
    {
      name: "assume-role-with-web-identity",
      async run() {
        const answer = succeeded(await assume(await issuer.token({ subject: "job" })));
        const { SubjectFromWebIdentityToken, Provider, Audience } = JSON.parse(answer.stdout);
        equal(`${SubjectFromWebIdentityToken} ${Audience}`, "job sts.amazonaws.com");
        equal(Provider, issuer.issuer);
        const identity = succeeded(await aws(emulator, ["sts", "get-caller-identity"], sessionEnv(answer)));
        equal(JSON.parse(identity.stdout).Arn, "arn:aws:sts::123456789012:assumed-role/web/cli");
        const again = await aws(emulator, ["sts", "get-session-token"], sessionEnv(answer));
        refused(again, /\(AccessDenied\).*Cannot call GetSessionToken with session credentials/s);
      },
    },
    {
      name: "assume-role-with-web-identity refused for an expired, a foreign and another subject's token",
      async run() {
        const expired = await issuer.token({ subject: "job", expiresInSeconds: -600 });
        refused(await assume(expired), /\(ExpiredTokenException\)/);
        refused(await assume(await issuer.token({ subject: "job", sign: "wrong-key" })), /\(InvalidIdentityToken\)/);
        refused(await assume(await issuer.token({ subject: "other" })), /\(AccessDenied\)/);
      },
    },
  ];
}

function samlChecks(emulator: AwsEmulator, principalArn: string): readonly Check[] {
  const roles = [{ roleArn: samlRoleArn, principalArn }];
  const assume = (assertion: string): Promise<Outcome> => {
    const provider = ["--role-arn", samlRoleArn, "--principal-arn", principalArn];
    return aws(emulator, ["sts", "assume-role-with-saml", ...provider, "--saml-assertion", assertion]);
  };
  return [
    {
      name: "assume-role-with-saml",
      async run() {
        const answer = succeeded(await assume(samlIdp.assertion({ roles, sessionName: "alice" })));
        const { AssumedRoleUser, Issuer } = JSON.parse(answer.stdout);
        equal(AssumedRoleUser.Arn, "arn:aws:sts::123456789012:assumed-role/saml/alice");
        equal(Issuer, samlIdp.entityId);
        const identity = succeeded(await aws(emulator, ["sts", "get-caller-identity"], sessionEnv(answer)));
        equal(JSON.parse(identity.stdout).Arn, AssumedRoleUser.Arn);
      },
    },
    {
      name: "assume-role-with-saml refused for a signature by another key, and for none",
      async run() {
        for (const sign of ["wrong-key", "tampered", "none"] as const) {
          refused(await assume(samlIdp.assertion({ roles, sign })), /\(InvalidIdentityToken\)/);
        }
      },
    },
  ];
}
