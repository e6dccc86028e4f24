import type { SigningProfile } from "../authenticate.js";
import { AwsError } from "../aws-error.js";
import type { Answer } from "../http/answer.js";
import { type Caller, isDenied } from "../identity/caller.js";
import { isOutOfScope } from "../identity/session-scope.js";
import type { Service, ServiceCall } from "../service.js";
import { declaredPayloadHash, verifiedPayload } from "../sigv4/payload.js";
import { readSignatureClaim } from "../sigv4/signature-claim.js";
import { createBucket } from "./create-bucket.js";
import { deleteObject } from "./delete-object.js";
import { getObject } from "./get-object.js";
import { headBucket } from "./head-bucket.js";
import { listBuckets } from "./list-buckets.js";
import { listObjectsV2 } from "./list-objects-v2.js";
import { putObject } from "./put-object.js";
import type { S3Operation, S3State } from "./s3-operation.js";
import { s3Refusal } from "./s3-refusal.js";
import { type S3Route, s3Route } from "./s3-route.js";
import { renderS3Error } from "./s3-xml.js";

const operations: ReadonlyMap<string, S3Operation> = new Map<string, S3Operation>([
  ["ListBuckets", listBuckets],
  ["CreateBucket", createBucket],
  ["HeadBucket", headBucket],
  ["ListObjectsV2", listObjectsV2],
  ["PutObject", putObject],
  ["GetObject", getObject],
  // The server leaves the body of an answer to HEAD away.
  ["HeadObject", getObject],
  ["DeleteObject", deleteObject],
]);

export const s3OperationNames: readonly string[] = [...operations.keys()];

export function createS3Service(state: S3State, maxClockSkewMs: number): Service {
  const signing: SigningProfile = {
    service: "s3",
    pathEncoding: "single",
    maxClockSkewMs,
    payloadHash: declaredPayloadHash,
  };
  return {
    name: "s3",
    signing,
    route(request) {
      const route = s3Route(request);
      return { operation: route.operation, parameters: shownParameters(route) };
    },
    handle: async (call) => handle(call, state),
    refuse: s3Refusal,
    renderError: renderS3Error,
    throttled: () => new AwsError({ status: 503, code: "SlowDown" }, "Please reduce your request rate."),
    failed: () =>
      new AwsError({ status: 500, code: "InternalError" }, "We encountered an internal error. Please try again."),
  };
}

function handle({ request, requestId, authenticate }: ServiceCall, state: S3State): Answer {
  const caller = authenticate();
  const { operation: name, ...route } = s3Route(request);
  const operation = operations.get(name);
  if (operation === undefined) {
    throw new AwsError(
      { status: 501, code: "NotImplemented" },
      "The emulator does not have this S3 operation, or not with these parameters.",
    );
  }
  if (isOutOfScope(caller, name)) {
    throw accessDenied(caller, { name, route, reason: `because no session policy allows the s3:${name} action` });
  }
  if (isDenied(caller, "s3", name)) {
    throw accessDenied(caller, { name, route, reason: "with an explicit deny in an identity-based policy" });
  }
  const claim = readSignatureClaim(request);
  const payload = claim === undefined ? request.body : verifiedPayload(request, declaredPayloadHash(request, claim));
  const answer = operation({ ...route, caller, request, payload, state });
  return { ...answer, headers: { ...answer.headers, "x-amz-request-id": requestId } };
}

function accessDenied(
  { arn }: Caller,
  { name, route, reason }: { name: string; route: Omit<S3Route, "operation">; reason: string },
): AwsError {
  const { bucket, key } = route;
  const resource = bucket === "" ? "*" : `"arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}"`;
  return new AwsError(
    { status: 403, code: "AccessDenied" },
    `User: ${arn} is not authorized to perform: s3:${name} on resource: ${resource} ${reason}`,
  );
}

function shownParameters({ bucket, key, query }: S3Route): Record<string, string> {
  const named: [string, string][] = [
    ["Bucket", bucket],
    ["Key", key],
  ];
  const asked = [...query].filter(([name]) => /^(list-type|prefix|delimiter|max-keys|start-after)$/.test(name));
  return Object.fromEntries([...named.filter(([, value]) => value !== ""), ...asked]);
}
