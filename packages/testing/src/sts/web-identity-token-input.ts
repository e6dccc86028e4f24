import { createConstraints } from "./constraints.js";
import { readDurationSeconds } from "./duration-parameter.js";
import { listParameter } from "./list-parameter.js";
import type { OutboundAlgorithm } from "./outbound-issuer.js";
import { requireDistinctKeys, tagMap } from "./session-tags.js";
import { readTags } from "./tag-parameters.js";

/** GetWebIdentityToken's parameters, each within its own bounds. */
export interface WebIdentityTokenInput {
  readonly audience: readonly string[];
  readonly signingAlgorithm: OutboundAlgorithm;
  readonly durationSeconds: number;
  readonly tags: ReadonlyMap<string, string>;
}

const defaultSeconds = 300;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetWebIdentityToken.html#API_GetWebIdentityToken_RequestParameters */
export function readWebIdentityTokenInput(parameters: ReadonlyMap<string, string>): WebIdentityTokenInput {
  const check = createConstraints();
  const audience = listParameter(parameters, "Audience").map((member) => member.get("") ?? "");
  const durationSeconds = readDurationSeconds(parameters);
  const signingAlgorithm = parameters.get("SigningAlgorithm");
  if (audience.length === 0) check.text("audience", undefined, { required: true, min: 1, max: 10 });
  for (const [at, one] of audience.entries()) check.text(`audience.${at + 1}.member`, one, { min: 1, max: 1000 });
  check.atMost("audience", audience, 10);
  check.memberOf("signingAlgorithm", signingAlgorithm, ["RS256", "ES384"]);
  check.integer("durationSeconds", durationSeconds, { min: 60, max: 3600 });
  const tags = readTags(parameters, check);
  check.enforce();
  requireDistinctKeys(tags);
  return {
    audience,
    signingAlgorithm: signingAlgorithm === "ES384" ? "ES384" : "RS256",
    durationSeconds: durationSeconds ?? defaultSeconds,
    tags: tagMap(tags),
  };
}
