import { randomUUID } from "node:crypto";
import type { JWTPayload } from "jose";
import { AwsError } from "../aws-error.js";
import type { XmlElement } from "../http/xml.js";
import { type Caller, isDenied } from "../identity/caller.js";
import { notAuthorized } from "./access-denied.js";
import { isoSeconds } from "./credential-elements.js";
import { requireRegionalEndpoint } from "./regional-operation.js";
import type { StsCall } from "./sts-operation.js";
import { readWebIdentityTokenInput, type WebIdentityTokenInput } from "./web-identity-token-input.js";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html */
export async function getWebIdentityToken(call: StsCall): Promise<readonly XmlElement[]> {
  requireRegionalEndpoint(call);
  const { caller, parameters, state } = call;
  const input = readWebIdentityTokenInput(parameters);
  if (isDenied(caller, "sts", "GetWebIdentityToken")) throw notAuthorized(caller, "sts:GetWebIdentityToken", "*");
  if (!state.outboundIssuer.enabled) {
    throw new AwsError(
      { status: 403, code: "OutboundWebIdentityFederationDisabledException" },
      "The outbound web identity federation feature is not enabled for this account.",
    );
  }
  const issuedAtSeconds = Math.floor(state.clock.now() / 1000);
  const expiresAtSeconds = issuedAtSeconds + input.durationSeconds;
  requireWithinSession(call, expiresAtSeconds * 1000);
  const payload: JWTPayload = { ...claims(input, call), iat: issuedAtSeconds, exp: expiresAtSeconds };
  return [
    ["WebIdentityToken", await state.outboundIssuer.sign(payload, input.signingAlgorithm)],
    ["Expiration", isoSeconds(expiresAtSeconds * 1000)],
  ];
}

/** A token may not outlive the session it is asked for with. */
function requireWithinSession({ accessKeyId, state }: StsCall, expiresAtMs: number): void {
  const session = state.sessions.session(accessKeyId);
  if (session === undefined || expiresAtMs <= session.expiresAtMs) return;
  throw new AwsError(
    { status: 403, code: "SessionDurationEscalationException" },
    "The requested token duration would extend the session beyond its original expiration time.",
  );
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_token_claims.html */
function claims({ audience, tags }: WebIdentityTokenInput, { caller, state, region }: StsCall): JWTPayload {
  const [only = ""] = audience;
  const principalTags = caller.kind === "role-session" ? caller.tags : new Map<string, string>();
  return {
    iss: state.outboundIssuer.url(caller.accountId),
    sub: subjectOf(caller),
    aud: audience.length === 1 ? only : [...audience],
    jti: randomUUID(),
    "https://sts.amazonaws.com/": {
      aws_account: caller.accountId,
      source_region: region,
      ...(principalTags.size === 0 ? {} : { principal_tags: Object.fromEntries(principalTags) }),
      ...(tags.size === 0 ? {} : { request_tags: Object.fromEntries(tags) }),
    },
  };
}

/** A role's sessions have the role as their subject. */
function subjectOf(caller: Caller): string {
  return caller.kind === "role-session" ? caller.roleArn : caller.arn;
}
