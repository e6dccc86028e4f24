import { isFromElsewhere, isThrottling, type ServiceFailure } from "./service-error.js";

const ADVICE: Readonly<Record<string, string>> = {
  AccessDenied:
    "Check that the caller may call it, that the role's trust policy names the caller, and that external id, MFA, " +
    "source identity and tags are what it asks for.",
  SignatureDoesNotMatch: "Check the secret access key of the signer, and the clock of this machine.",
  InvalidClientTokenId: "The signer's access key does not exist, or was deleted. Check the signer's credentials.",
  MalformedPolicyDocument: "Mend the session `policy`.",
  PackedPolicyTooLarge: "Shorten `policy`, or pass fewer `policyArns` and `tags`: they share one packed limit.",
  RegionDisabled: "Activate STS for this region in the account, or set `region` to another one.",
  EndpointError:
    "Mend the settings it names: FIPS and dual-stack (AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT, the profile's use_… keys) do not go " +
    "with an endpoint of your own (`endpoint`, AWS_ENDPOINT_URL).",
  ValidationError: "Mend the option that STS names.",
  InvalidIdentityToken:
    "Check that the token or assertion is meant for AWS (its audience), that IAM has its issuer as an identity provider in " +
    "the role's account, and that the issuer's keys can be fetched from the internet.",
  IDPRejectedClaim: "The identity provider refused the token: it may have been revoked. Get a new one.",
  OutboundWebIdentityFederationDisabled:
    "Outbound identity federation is off in this account: whoever manages it can enable it in IAM's account settings.",
  JWTPayloadSizeExceeded: "Pass fewer or shorter `tags`: they are written into the token.",
  SessionDurationEscalation: "Set `durationSeconds` to less than what the signer's own session has left.",
};

/** What is refused with AccessDenied has other reasons in other operations. */
const DENIED: Readonly<Record<string, string>> = {
  AssumeRoleWithWebIdentity:
    "Check the role's trust policy: it must name the token's identity provider and allow sts:AssumeRoleWithWebIdentity, " +
    "and its conditions on the token's audience (aud) and subject (sub) must fit.",
  AssumeRoleWithSAML:
    "Check the role's trust policy: it must name the SAML provider and allow sts:AssumeRoleWithSAML (and sts:TagSession " +
    "where the assertion has tags), and its conditions, SAML:aud for one, must fit.",
  AssumeRoot:
    "Check that central root access is enabled in the organization, that the account is a member of it, and that the " +
    "caller may call sts:AssumeRoot from the management or the delegated administrator account.",
  GetSessionToken: "Check that the device is the caller's own, and that the code is a new one.",
  GetFederationToken: "Check that the caller may call sts:GetFederationToken (and sts:TagSession for `tags`).",
  GetWebIdentityToken: "Check that the caller may call sts:GetWebIdentityToken for this audience.",
};

/** An assertion's keys are in IAM, a token's are at its issuer. */
const BAD_ASSERTION =
  "Check that the assertion is meant for AWS (its audience and recipient), and that the SAML provider in IAM has the " +
  "identity provider's present metadata: a signing certificate that was renewed there has to be renewed here.";

const WRONG_DEVICE = /unable to validate MFA code/;
const WRONG_REGION = /scoped to a valid region/;
const HOUR_OF_A_CHAIN = /1 hour session limit for roles assumed by role chaining/;
const ROLE_MAXIMUM = /exceeds the MaxSessionDuration/;
const WRONG_CODE = /MultiFactorAuthentication failed/;

/** Whether STS found a role of a chain too long. */
export function exceedsHourOfChain({ message }: ServiceFailure): boolean {
  return HOUR_OF_A_CHAIN.test(message);
}

/** Whether STS found a session longer than the role allows. */
export function exceedsRoleMaximum({ message }: ServiceFailure): boolean {
  return ROLE_MAXIMUM.test(message);
}

/** What to do about a refusal. */
export function adviceFor(said: ServiceFailure, operation: string): string {
  const { code, message } = said;
  if (isFromElsewhere(said)) {
    return "The answer does not look like one of STS: check `endpoint`, AWS_ENDPOINT_URL and any proxy on the way.";
  }
  if (WRONG_DEVICE.test(message)) {
    return "Check `serialNumber`: the device must be that of the user whose access key signs.";
  }
  if (WRONG_REGION.test(message)) {
    return "Check the region: `region`, `stsRegions`, AWS_REGION. STS of this endpoint has none of that name.";
  }
  if (code === "InvalidIdentityToken" && operation === "AssumeRoleWithSAML") {
    return BAD_ASSERTION;
  }
  if (WRONG_CODE.test(message)) {
    return "Ask for a new code: each works once, and for half a minute.";
  }
  if (exceedsHourOfChain(said)) {
    return "A role assumed with another role's credentials lives one hour at most: leave `durationSeconds` out or set it to 3600 or less.";
  }
  if (exceedsRoleMaximum(said)) {
    return "Set `durationSeconds` to at most the role's maximum session duration, or raise that in IAM.";
  }
  const denied = code === "AccessDenied" ? DENIED[operation] : undefined;
  return denied ?? ADVICE[code] ?? "Ask whoever manages the account, with the request id.";
}

/** What passes by itself passes sooner with the right help. */
export function passingAdvice(cause: unknown, said: ServiceFailure): string {
  if (isThrottling(cause)) {
    return "A later call asks again. STS throttles by account and region: share one cache, and spread what starts at once.";
  }
  if (said.code === "IDPCommunicationError") {
    return "A later call asks again. STS could not reach the identity provider: check that its issuer answers on the internet.";
  }
  return said.status === undefined || said.status < 400
    ? "A later call asks again. Check that the endpoint can be reached from here: network, proxy, `endpoint`, AWS_ENDPOINT_URL."
    : "A later call asks again. If it stays, set `region` to one whose STS is well.";
}
