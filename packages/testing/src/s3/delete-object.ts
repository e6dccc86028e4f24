import type { Answer } from "../http/answer.js";
import type { S3Call } from "./s3-operation.js";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export function deleteObject({ bucket, key, state }: S3Call): Answer {
  state.buckets.get(bucket).objects.delete(key);
  return { status: 204, headers: {}, body: "" };
}
