import type { AwsError } from "../aws-error.js";
import type { Answer } from "../http/answer.js";
import { renderXml, type XmlElement } from "../http/xml.js";

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

/** An operation's answer in the Query protocol. */
export function renderStsResult(operation: string, requestId: string, result: readonly XmlElement[]): Answer {
  const document: XmlElement = [
    `${operation}Response xmlns="${namespace}"`,
    [
      [`${operation}Result`, result],
      ["ResponseMetadata", [["RequestId", requestId]]],
    ],
  ];
  return { status: 200, headers: headers(requestId), body: renderXml([document]) };
}

export function renderStsError(error: AwsError, requestId: string): Answer {
  const document: XmlElement = [
    `ErrorResponse xmlns="${namespace}"`,
    [
      [
        "Error",
        [
          ["Type", error.status >= 500 ? "Receiver" : "Sender"],
          ["Code", error.code],
          ["Message", error.message],
        ],
      ],
      ["RequestId", requestId],
    ],
  ];
  return { status: error.status, headers: headers(requestId), body: renderXml([document]), errorCode: error.code };
}

function headers(requestId: string): Record<string, string> {
  return { "content-type": "text/xml", "x-amzn-RequestId": requestId };
}
