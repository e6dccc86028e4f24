import { requireKnown } from "../../cache/option-checks.js";
import { CredentialsConfigError } from "../../errors.js";
import { requireText } from "../../sts/input-limits.js";
import { requireEndpoint } from "../../sts/sts-endpoint.js";
import { requireMember } from "./answer-text.js";
import type { Endpoint } from "./ask-endpoint.js";
import { askOnDemand } from "./ask-on-demand.js";
import { readVariable, requireHeaderText } from "./read-variable.js";
import { PARAMETER } from "./token-limits.js";
import { defineTokenSource, type WebIdentityTokenSource } from "./token-source.js";

/**
 * Options of {@link azureManagedIdentityToken}.
 *
 * @public
 */
export interface AzureManagedIdentityTokenOptions {
  /**
   * What the token is for: the application id URI of an app registration, such as `api://…`, which is an audience of the
   * identity provider in IAM; 1 to 2048 characters.
   */
  readonly resource: string;
  /** The client id of a user-assigned identity: 1 to 2048 characters. Default: the system-assigned one. */
  readonly clientId?: string | undefined;
  /**
   * The Instance Metadata Service, as a URL. Default: what `IDENTITY_ENDPOINT` and `IDENTITY_HEADER` name (App Service,
   * Functions), else `http://169.254.169.254`.
   */
  readonly endpoint?: string | undefined;
}

type Identity = Pick<AzureManagedIdentityTokenOptions, "resource" | "clientId" | "endpoint">;

const IMDS = "http://169.254.169.254";
const ENDPOINT_VARIABLE = "IDENTITY_ENDPOINT";
const HEADER_VARIABLE = "IDENTITY_HEADER";

/** While an identity is being set up or IMDS is updated: see "Retry guidance" of the page linked below. */
const PASSING_STATUSES = [404, 410];

const ADVICE = "Check that a managed identity is assigned here, that it is the one of `clientId`, and `resource`.";

/**
 * The token of an Azure managed identity: of a virtual machine, a scale set or AKS by the Instance Metadata Service, and
 * of App Service and Functions by `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`, read at each request. Azure answers the same
 * token for as long as it is good.
 *
 * Requests fail with `ERR_CREDENTIALS_UNAVAILABLE` when there is no such service, `ERR_CREDENTIALS_CONFIG` when only one
 * variable is set, the identity does not exist or something else answers, `ERR_CREDENTIALS_DENIED` when it refuses, and
 * `ERR_CREDENTIALS_TRANSIENT` or `ERR_CREDENTIALS_TIMEOUT` after three attempts of at most 5 s each. Azure Arc and Service
 * Fabric hand tokens out in other ways, which are not supported.
 *
 * https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 * https://learn.microsoft.com/en-us/azure/app-service/overview-managed-identity#rest-endpoint-reference
 *
 * @throws {@link CredentialsConfigError} naming the option, its bound and what came.
 * @public
 */
export function azureManagedIdentityToken(options: AzureManagedIdentityTokenOptions): WebIdentityTokenSource {
  requireKnown("azureManagedIdentityToken", options, ["resource", "clientId", "endpoint"]);
  const { clientId, endpoint } = options;
  const identity = { resource: requireText("resource", options.resource, PARAMETER), clientId, endpoint };
  if (clientId !== undefined) {
    requireText("clientId", clientId, PARAMETER);
  }
  if (endpoint !== undefined) {
    requireEndpoint("endpoint", endpoint);
  }
  return defineTokenSource(
    "Azure managed identity token",
    // Not where it is asked: variables that are gone must not make the same identity another.
    () => ({ source: "Azure", resource: identity.resource, clientId, endpoint }),
    async (request) => {
      const asked = endpointFor(identity);
      return requireMember(await askOnDemand(asked, request), "access_token", asked);
    },
  );
}

function endpointFor(identity: Identity): Endpoint {
  const url = readVariable(process.env, ENDPOINT_VARIABLE);
  const header = readVariable(process.env, HEADER_VARIABLE);
  if (identity.endpoint !== undefined || (url === undefined && header === undefined)) {
    return imds(identity);
  }
  if (url === undefined || header === undefined) {
    throw halfSet(url === undefined ? HEADER_VARIABLE : ENDPOINT_VARIABLE);
  }
  if (readVariable(process.env, "IDENTITY_SERVER_THUMBPRINT") !== undefined) {
    throw new CredentialsConfigError(
      "IDENTITY_SERVER_THUMBPRINT is set: this is Azure Service Fabric, whose tokens are not supported. Pass a function " +
        "of your own as the token.",
    );
  }
  return appService(identity, { url, header });
}

function halfSet(present: string): CredentialsConfigError {
  const isArc = present === ENDPOINT_VARIABLE && readVariable(process.env, "IMDS_ENDPOINT") !== undefined;
  if (isArc) {
    return new CredentialsConfigError(
      `${ENDPOINT_VARIABLE} and IMDS_ENDPOINT are set: this is Azure Arc, whose tokens are not supported. Pass a function ` +
        "of your own as the token.",
    );
  }
  const missing = present === ENDPOINT_VARIABLE ? HEADER_VARIABLE : ENDPOINT_VARIABLE;
  return new CredentialsConfigError(
    `${present} is set and ${missing} is not. Azure App Service sets both: pass both on, or give \`endpoint\`.`,
  );
}

function imds(identity: Identity): Endpoint {
  const { endpoint } = identity;
  const server = (endpoint ?? IMDS).replace(/\/+$/, "");
  return {
    what: `The Instance Metadata Service of Azure (${server}${endpoint === undefined ? "" : ", from `endpoint`"})`,
    operation: "managed identity token",
    advice: ADVICE,
    secrets: [],
    passing: PASSING_STATUSES,
    absent: endpoint === undefined ? "This is not on Azure; use another token source here." : undefined,
    exchange: {
      url: new URL(`${server}/metadata/identity/oauth2/token?${query("2018-02-01", identity)}`),
      method: "GET",
      headers: { accept: "application/json", metadata: "true" },
    },
  };
}

function appService(identity: Identity, service: { readonly url: string; readonly header: string }): Endpoint {
  const url = new URL(requireEndpoint(ENDPOINT_VARIABLE, service.url));
  const header = requireHeaderText(HEADER_VARIABLE, service.header);
  url.search += `${url.search === "" ? "" : "&"}${query("2019-08-01", identity)}`;
  return {
    what: `The identity endpoint of Azure App Service (${url.origin}, from ${ENDPOINT_VARIABLE})`,
    operation: "managed identity token",
    advice: ADVICE,
    secrets: [header],
    exchange: { url, method: "GET", headers: { accept: "application/json", "x-identity-header": header } },
  };
}

function query(version: string, { resource, clientId }: Identity): string {
  const client = clientId === undefined ? "" : `&client_id=${encodeURIComponent(clientId)}`;
  return `api-version=${version}&resource=${encodeURIComponent(resource)}${client}`;
}
