/** Loads the STS client. */
export declare function loadSts(): typeof import("@aws-sdk/client-sts");
/** Loads the signer. */
export declare function loadSigner(): typeof import("@smithy/signature-v4");
/** Loads the reader of the AWS configuration files. */
export declare function loadProfiles(): typeof import("@smithy/shared-ini-file-loader");
