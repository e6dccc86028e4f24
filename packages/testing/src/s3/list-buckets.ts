import type { Answer } from "../http/answer.js";
import type { XmlElement } from "../http/xml.js";
import type { S3Call } from "./s3-operation.js";
import { renderS3Result } from "./s3-xml.js";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets({ caller, state }: S3Call): Answer {
  const buckets = state.buckets.list().map(
    ({ name, createdAtMs }): XmlElement => [
      "Bucket",
      [
        ["Name", name],
        ["CreationDate", new Date(createdAtMs).toISOString()],
      ],
    ],
  );
  return renderS3Result("ListAllMyBucketsResult", [
    ["Owner", [["ID", caller.accountId]]],
    ["Buckets", buckets],
  ]);
}
