import type { Answer } from "../http/answer.js";
import type { S3Call } from "./s3-operation.js";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export function createBucket({ bucket, state }: S3Call): Answer {
  state.buckets.create(bucket, state.clock.now());
  return { status: 200, headers: { location: `/${bucket}` }, body: "" };
}
