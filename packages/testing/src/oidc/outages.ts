import type { Reaction } from "../http/answer.js";
import { jsonAnswer, textAnswer } from "./endpoint.js";
import type { OidcEndpoint, OidcOutage } from "./oidc-issuer.js";

/** What fails at present, by endpoint. */
export interface Outages {
  /** For one endpoint, or for all of them; `undefined` ends it. */
  set(outage: OidcOutage | undefined, endpoint?: OidcEndpoint): void;
  /** What a request to an endpoint meets instead of its answer; `undefined` when the endpoint works. */
  reaction(endpoint: OidcEndpoint): Reaction | undefined;
}

export function createOutages(): Outages {
  const byEndpoint = new Map<OidcEndpoint, OidcOutage | undefined>();
  let everywhere: OidcOutage | undefined;
  return {
    set(outage, endpoint): void {
      if (endpoint !== undefined) {
        byEndpoint.set(endpoint, outage);
        return;
      }
      everywhere = outage;
      // What is said of all endpoints is said of those that failed on their own, too.
      byEndpoint.clear();
    },
    reaction(endpoint): Reaction | undefined {
      const outage = byEndpoint.has(endpoint) ? byEndpoint.get(endpoint) : everywhere;
      return outage && reactionTo(outage);
    },
  };
}

function reactionTo(outage: OidcOutage): Reaction {
  switch (outage) {
    case "error":
      return jsonAnswer(503, { error: "temporarily_unavailable" });
    case "malformed":
      return textAnswer(200, "<html><body>Please sign in to the network.</body></html>\n");
    default:
      return outage;
  }
}
