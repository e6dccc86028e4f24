import { createHash } from "node:crypto";
import { AwsError } from "../aws-error.js";
import type { Answer } from "../http/answer.js";
import { type RawRequest, singleHeader } from "../http/raw-request.js";
import type { S3Call } from "./s3-operation.js";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export function putObject({ bucket, key, request, payload, state }: S3Call): Answer {
  if (request.headers.has("x-amz-copy-source")) {
    throw new AwsError({ status: 501, code: "NotImplemented" }, "The emulator does not copy objects.");
  }
  const etag = `"${createHash("md5").update(payload).digest("hex")}"`;
  state.buckets.get(bucket).objects.set(key, {
    content: payload,
    etag,
    lastModifiedMs: state.clock.now(),
    headers: keptHeaders(request),
  });
  return { status: 200, headers: { etag }, body: "" };
}

function keptHeaders(request: RawRequest): Record<string, string> {
  const kept: Record<string, string> = {
    "content-type": singleHeader(request, "content-type") ?? "binary/octet-stream",
  };
  for (const [name, values] of request.headers) {
    if (name.startsWith("x-amz-meta-")) kept[name] = values.join(",");
  }
  return kept;
}
