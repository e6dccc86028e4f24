import { parseQuery } from "../http/query-string.js";
import { type RawRequest, singleHeader } from "../http/raw-request.js";
import { formatAmzDate } from "./amz-date.js";
import { RequestRefused } from "./refusal.js";

/** What a request says about its own signature, before anything of it is believed. */
export interface SignatureClaim {
  readonly via: "header" | "query";
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** Lower-case names, in the order given. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `YYYYMMDD'T'HHMMSS'Z'`. */
  readonly amzDate: string;
  readonly sessionToken: string | undefined;
  /** Query form only: the seconds the URL is valid for, as written. */
  readonly expires: string | undefined;
}

export interface CredentialScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
}

const algorithm = "AWS4-HMAC-SHA256";

/** The claim of a request that may be signed in its header or, presigned, in its query; `undefined` when it is in neither. */
export function readSignatureClaim(request: RawRequest): SignatureClaim | undefined {
  const query = parseQuery(request.query);
  const inHeader = request.headers.has("authorization");
  const inQuery = query.has("X-Amz-Algorithm") || query.has("X-Amz-Signature") || query.has("X-Amz-Credential");
  if (inHeader && inQuery) throw new RequestRefused({ reason: "two-mechanisms" });
  if (inHeader) return readHeaderClaim(request, query);
  return inQuery ? readQueryClaim(request, query) : undefined;
}

/** The claim of a request where it has one that can be read: for what has to be known before anything is refused. */
export function tryReadSignatureClaim(request: RawRequest): SignatureClaim | undefined {
  try {
    return readSignatureClaim(request);
  } catch (error) {
    if (error instanceof RequestRefused) return undefined;
    throw error;
  }
}

function readHeaderClaim(request: RawRequest, query: ReadonlyMap<string, string>): SignatureClaim {
  const authorization = singleHeader(request, "authorization") ?? "";
  if (!authorization.startsWith(`${algorithm} `))
    throw malformed("header", `Authorization must begin with ${algorithm}`);
  const fields = new Map(
    authorization
      .slice(algorithm.length + 1)
      .split(",")
      .map((part) => splitOnce(part.trim(), "=")),
  );
  return {
    via: "header",
    ...readCredential("header", fields.get("Credential")),
    signedHeaders: required("header", fields, "SignedHeaders").split(";"),
    signature: required("header", fields, "Signature"),
    amzDate: headerDate(request),
    sessionToken: readSessionToken(request, query),
    expires: undefined,
  };
}

function readQueryClaim(request: RawRequest, query: ReadonlyMap<string, string>): SignatureClaim {
  if (query.get("X-Amz-Algorithm") !== algorithm)
    throw malformed("query", `X-Amz-Algorithm only supports "${algorithm}"`);
  return {
    via: "query",
    ...readCredential("query", query.get("X-Amz-Credential")),
    signedHeaders: required("query", query, "X-Amz-SignedHeaders").split(";"),
    signature: required("query", query, "X-Amz-Signature"),
    amzDate: required("query", query, "X-Amz-Date"),
    sessionToken: readSessionToken(request, query),
    expires: query.get("X-Amz-Expires"),
  };
}

function readCredential(
  via: "header" | "query",
  text: string | undefined,
): { accessKeyId: string; scope: CredentialScope } {
  const [accessKeyId, date, region, service, terminator, ...rest] = (text ?? "").split("/");
  if (
    !accessKeyId ||
    date === undefined ||
    region === undefined ||
    service === undefined ||
    terminator === undefined ||
    rest.length > 0
  ) {
    throw malformed(via, "Credential must be <access key id>/<date>/<region>/<service>/aws4_request");
  }
  return { accessKeyId, scope: { date, region, service, terminator } };
}

/** `X-Amz-Date` decides; a bare `Date` header is what AWS takes in its place. */
function headerDate(request: RawRequest): string {
  const amzDate = singleHeader(request, "x-amz-date");
  if (amzDate !== undefined) return amzDate;
  const date = Date.parse(singleHeader(request, "date") ?? "");
  if (Number.isNaN(date)) throw malformed("header", "A date is required: X-Amz-Date or Date");
  return formatAmzDate(date);
}

/** AWS takes the session token in the header or in the query, never in both. */
function readSessionToken(request: RawRequest, query: ReadonlyMap<string, string>): string | undefined {
  const inHeader = request.headers.get("x-amz-security-token");
  const inQuery = query.get("X-Amz-Security-Token");
  if (inHeader !== undefined && (inQuery !== undefined || inHeader.length > 1)) {
    throw new RequestRefused({ reason: "token-twice" });
  }
  return inHeader?.[0] ?? inQuery;
}

function required(via: "header" | "query", fields: ReadonlyMap<string, string>, name: string): string {
  const value = fields.get(name);
  if (value === undefined || value === "") throw malformed(via, `${name} is missing`);
  return value;
}

function malformed(via: "header" | "query", detail: string): RequestRefused {
  return new RequestRefused({ reason: "malformed", via, detail });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
