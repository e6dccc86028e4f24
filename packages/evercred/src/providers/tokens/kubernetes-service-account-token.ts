import { requireKnown } from "../../cache/option-checks.js";
import { CredentialsUnavailableError } from "../../errors.js";
import { readTokenFile, tokenFile } from "./token-file.js";
import { defineTokenSource, type WebIdentityTokenSource } from "./token-source.js";

/**
 * Options of {@link kubernetesServiceAccountToken}.
 *
 * @public
 */
export interface KubernetesTokenOptions {
  /**
   * Where the projected token is mounted: 1 to 4096 characters. Default:
   * `/var/run/secrets/eks.amazonaws.com/serviceaccount/token`, where EKS mounts it.
   */
  readonly path?: string | undefined;
}

const EKS_PATH = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";

/**
 * The projected token of a Kubernetes service account. The file is read at each request: the kubelet puts a new token
 * there before the old one expires. On a cluster that is not EKS, project a token with the audience `sts.amazonaws.com`
 * and give its `path`.
 *
 * Requests fail with `ERR_CREDENTIALS_UNAVAILABLE` when the default file does not exist, and with `ERR_CREDENTIALS_CONFIG`
 * when a named one does not, and when it is empty, larger than 64 KiB, no text, no file, or may not be read.
 *
 * https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
 * https://kubernetes.io/docs/concepts/storage/projected-volumes/#serviceaccounttoken
 *
 * @throws {@link CredentialsConfigError} for an option that does not exist, or a path of another kind.
 * @public
 */
export function kubernetesServiceAccountToken(options: KubernetesTokenOptions = {}): WebIdentityTokenSource {
  requireKnown("kubernetesServiceAccountToken", options, ["path"]);
  if (options.path !== undefined) {
    return tokenFile(options.path, "path");
  }
  return defineTokenSource(
    "Kubernetes service account token",
    () => ({ source: "token file", path: EKS_PATH }),
    (request) => readTokenFile(EKS_PATH, request, notInPod),
  );
}

function notInPod(): CredentialsUnavailableError {
  return new CredentialsUnavailableError(
    `The token file ${EKS_PATH} does not exist: this is not in a pod with a projected token. On EKS, annotate the pod's ` +
      "service account with eks.amazonaws.com/role-arn and start the pod anew; elsewhere, give the token's `path`.",
  );
}
