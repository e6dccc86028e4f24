import { singleHeader } from "../http/raw-request.js";
import { constantTimeEqual } from "../sigv4/constant-time-equal.js";
import { type Endpoint, jsonAnswer, readParameters } from "./endpoint.js";

/** The claims of the job that GitHub's documentation describes. */
const job = {
  repository: "octo-org/octo-repo",
  repository_owner: "octo-org",
  ref: "refs/heads/main",
  ref_type: "branch",
  event_name: "workflow_dispatch",
  workflow: "example-workflow",
  actor: "octocat",
  run_id: "example-run-id",
};

/**
 * The endpoint where a job of GitHub Actions asks for its OIDC token.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export function createGithubEndpoint(requestToken: string): Endpoint {
  return async (request, issue) => {
    const [, bearer = ""] = /^bearer +(\S+)$/i.exec(singleHeader(request, "authorization") ?? "") ?? [];
    if (!constantTimeEqual(bearer, requestToken)) return jsonAnswer(401, { message: "Unauthorized" });
    const asked = readParameters(request.query).get("audience");
    const { token } = await issue({
      audience: asked?.at(-1) ?? `https://github.com/${job.repository_owner}`,
      subject: `repo:${job.repository}:ref:${job.ref}`,
      expiresInSeconds: 300,
      claims: job,
    });
    return jsonAnswer(200, { count: token.length, value: token });
  };
}
