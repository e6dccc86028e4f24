import { AwsError } from "../aws-error.js";
import type { Answer } from "../http/answer.js";
import type { S3Call } from "./s3-operation.js";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
export function getObject({ bucket, key, request, state }: S3Call): Answer {
  const unsupported = ["range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
  if (unsupported.some((name) => request.headers.has(name))) {
    throw new AwsError({ status: 501, code: "NotImplemented" }, "The emulator gives whole objects, unconditionally.");
  }
  const object = state.buckets.get(bucket).objects.get(key);
  if (object === undefined) {
    throw new AwsError({ status: 404, code: "NoSuchKey" }, "The specified key does not exist.", { Key: key });
  }
  return {
    status: 200,
    headers: { ...object.headers, etag: object.etag, "last-modified": new Date(object.lastModifiedMs).toUTCString() },
    body: object.content,
  };
}
