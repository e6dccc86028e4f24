// The one file that is CommonJS: from Node's ESM loader the SDK takes twice as long to load as by require(), and this
// way bundlers still see what is needed. Each function loads its module at its first call.
exports.loadSts = () => require("@aws-sdk/client-sts");
exports.loadSigner = () => require("@smithy/signature-v4");
exports.loadProfiles = () => require("@smithy/shared-ini-file-loader");
