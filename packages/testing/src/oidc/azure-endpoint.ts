import type { Answer } from "../http/answer.js";
import { singleHeader } from "../http/raw-request.js";
import { type Endpoint, jsonAnswer, readParameters } from "./endpoint.js";

/** The identity of the machine itself; a user-assigned one is asked for by `client_id`. */
const systemClientId = "00000000-0000-0000-0000-000000000001";
const objectId = "00000000-0000-0000-0000-000000000002";
const tenantId = "00000000-0000-0000-0000-000000000003";
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The token endpoint of Azure's instance metadata service.
 * https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 */
export const azureEndpoint: Endpoint = async (request, issue) => {
  if (singleHeader(request, "metadata")?.toLowerCase() !== "true") {
    return failed("bad_request_102", "Required metadata header not specified");
  }
  if (request.headers.has("x-forwarded-for")) {
    return failed("bad_request", "A request with X-Forwarded-For was forwarded, and is not served");
  }
  const parameters = readParameters(request.query);
  const apiVersion = parameters.get("api-version")?.[0];
  if (apiVersion === undefined || !/^\d{4}-\d\d-\d\d$/.test(apiVersion)) {
    return failed("invalid_request", "Required query variable 'api-version' is missing");
  }
  const resource = parameters.get("resource")?.[0];
  if (resource === undefined) {
    return failed("invalid_request", "Required query variable 'resource' is missing");
  }
  const clientId = parameters.get("client_id")?.[0] ?? systemClientId;
  if (!uuid.test(clientId)) return failed("invalid_request", "Identity not found");
  const { token, issuedAt, expiresAt } = await issue({
    audience: resource,
    subject: objectId,
    expiresInSeconds: 86_400,
    claims: { appid: clientId, oid: objectId, tid: tenantId },
  });
  // Azure gives every number as a text.
  return jsonAnswer(200, {
    access_token: token,
    client_id: clientId,
    expires_in: String(expiresAt - issuedAt),
    expires_on: String(expiresAt),
    ext_expires_in: String(expiresAt - issuedAt),
    not_before: String(issuedAt),
    resource,
    token_type: "Bearer",
  });
};

function failed(error: string, description: string): Answer {
  return jsonAnswer(400, { error, error_description: description });
}
