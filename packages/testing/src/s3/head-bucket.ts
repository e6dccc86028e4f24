import type { Answer } from "../http/answer.js";
import type { S3Call } from "./s3-operation.js";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export function headBucket({ bucket, state }: S3Call): Answer {
  state.buckets.get(bucket);
  return { status: 200, headers: {}, body: "" };
}
