import type { Check } from "./check.js";
import { oneOrMore, textOf } from "./value-checks.js";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
export const iamName: Check = textOf(
  "a name of IAM's: 1 to 64 letters, digits and characters of _+=,.@-",
  /^[\w+=,.@-]{1,64}$/,
);

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html#API_CreateRole_RequestParameters */
export const iamPath: Check = textOf(
  "a path of IAM's: printable ASCII that begins and ends with a slash, 512 characters at most",
  /^(?=.{1,512}$)\/(?:[!-~]+\/)?$/,
);

export const accountId: Check = textOf("twelve digits", /^\d{12}$/);

export const partition: Check = textOf('a partition of AWS, such as "aws" or "aws-cn"', /^aws(?:-[a-z]+)*$/);

export const region: Check = textOf('a region, such as "us-east-1"', /^[a-z0-9]+(?:-[a-z0-9]+)*$/);

export const accessKeyId: Check = textOf("16 to 128 upper-case letters and digits", /^[A-Z0-9]{16,128}$/);

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters */
export const serialNumber: Check = textOf(
  "the serial number or ARN of an MFA device: 9 to 256 letters, digits and characters of _+=/:,.@-",
  /^[\w+=/:,.@-]{9,256}$/,
);

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html#API_AssumeRole_RequestParameters */
const externalIdText: Check = textOf(
  "an external id, or an array of them: 2 to 1224 letters, digits and characters of _+=,.@:/-",
  /^[\w+=,.@:/-]{2,1224}$/,
);

export const externalId: Check = oneOrMore("an external id", externalIdText);

/** http is for loopback: AWS itself takes https alone. */
export const issuerUrl: Check = textOf(
  "the URL of an issuer, https, or http on loopback, without query and fragment",
  /^(?:https:\/\/[^/?#\s]+|http:\/\/(?:127\.0\.0\.1|localhost)(?::\d+)?)(?:\/[^?#\s]*)?$/,
);

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html#API_CreateSAMLProvider_RequestParameters */
export const samlProviderName: Check = textOf(
  "a name of a SAML provider: 1 to 128 letters, digits and characters of ._-",
  /^[\w.-]{1,128}$/,
);

export const federatedProviderArn: Check = textOf(
  'the ARN of an identity provider, "arn:aws:iam::123456789012:saml-provider/…" or ":oidc-provider/…"',
  /^arn:aws[a-z-]*:iam::\d{12}:(?:saml|oidc)-provider\/.+$/,
);

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketName: Check = textOf(
  "a name of S3's: 3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at either end",
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
);

const arn = /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:.+$/;

/** A principal of a trust policy, as the emulator compares it: no service, and no pattern. */
export const trustedPrincipal: Check = textOf(
  'an ARN of IAM or STS, twelve digits, or "*"',
  new RegExp(`${arn.source}|^\\d{12}$|^\\*$`),
);

export const principalArn: Check = textOf("an ARN of IAM or STS", arn);
