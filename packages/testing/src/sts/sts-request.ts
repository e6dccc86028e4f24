import { parseQuery } from "../http/query-string.js";
import { type RawRequest, singleHeader } from "../http/raw-request.js";

/** The parameters of a Query protocol request: of its query (without what signs it) and of its form body. */
export function readStsParameters(request: RawRequest): ReadonlyMap<string, string> {
  const inQuery = [...parseQuery(request.query)].filter(([name]) => !/^x-amz-/i.test(name));
  const inBody = isForm(request) ? parseQuery(request.body.toString("latin1")) : [];
  return new Map([...inQuery, ...inBody]);
}

/** Whether a request has the shape of a Query protocol call; no S3 request has. */
export function looksLikeSts(request: RawRequest): boolean {
  if (request.path !== "/") return false;
  return (request.method === "POST" && isForm(request)) || parseQuery(request.query).has("Action");
}

function isForm(request: RawRequest): boolean {
  return (singleHeader(request, "content-type") ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded");
}
