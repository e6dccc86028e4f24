import type { AwsError } from "../aws-error.js";
import type { Answer } from "../http/answer.js";
import { renderXml, type XmlElement } from "../http/xml.js";

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

export function renderS3Result(name: string, elements: readonly XmlElement[]): Answer {
  const body = declaration + renderXml([[`${name} xmlns="${namespace}"`, elements]]);
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
export function renderS3Error(error: AwsError, requestId: string): Answer {
  const fields = Object.entries(error.fields).map(([name, value]): XmlElement => [name, value]);
  const elements: XmlElement[] = [
    ["Code", error.code],
    ["Message", error.message],
    ...fields,
    ["RequestId", requestId],
  ];
  return {
    status: error.status,
    headers: { "content-type": "application/xml", "x-amz-request-id": requestId },
    body: declaration + renderXml([["Error", elements]]),
    errorCode: error.code,
  };
}
