import { singleHeader } from "../http/raw-request.js";
import { type Endpoint, readParameters, textAnswer } from "./endpoint.js";

const path = /^\/computeMetadata\/v1\/instance\/service-accounts\/([^/]+)\/identity$/;
/** The unique id of the service account: `sub`, and `azp`, which AWS takes for the audience. */
const accountUniqueId = "112010400000000710080";
const email = "demo@example-project.iam.gserviceaccount.com";
const flavor = { "metadata-flavor": "Google", server: "Metadata Server for VM" };

/**
 * The identity of an instance, as the metadata server of Google Compute Engine answers it: the bare token.
 * https://cloud.google.com/compute/docs/instances/verifying-instance-identity
 */
export const googleEndpoint: Endpoint = async (request, issue) => {
  if (singleHeader(request, "metadata-flavor") !== "Google" || request.headers.has("x-forwarded-for")) {
    return textAnswer(403, "Missing Metadata-Flavor:Google header.\n", flavor);
  }
  const [, account] = path.exec(request.path) ?? [];
  if (account !== "default" && account !== email) return textAnswer(404, "Not found.\n", flavor);
  const parameters = readParameters(request.query);
  const audience = parameters.get("audience")?.[0];
  if (audience === undefined) return textAnswer(400, "non-empty audience parameter required\n", flavor);
  const full = parameters.get("format")?.[0] === "full";
  const { token } = await issue({
    audience,
    subject: accountUniqueId,
    claims: { azp: accountUniqueId, ...(full ? fullClaims : {}) },
  });
  return textAnswer(200, token, flavor);
};

const fullClaims = {
  email,
  email_verified: true,
  google: {
    compute_engine: {
      project_id: "example-project",
      instance_id: "1234567890123456789",
      instance_name: "demo",
      zone: "europe-west1-b",
    },
  },
};
