import type { TextLimit } from "../../sts/input-limits.js";

/** A client id of an identity provider in IAM: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html */
export const AUDIENCE: TextLimit = { min: 1, max: 255 };

/** What identity providers set no bound to: scopes, resources, client ids. */
export const PARAMETER: TextLimit = { min: 1, max: 2048 };

/** A client's secret. */
export const SECRET: TextLimit = { min: 1, max: 8192 };
