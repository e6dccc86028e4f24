import type { XmlElement } from "../http/xml.js";
import type { StsCall } from "./sts-operation.js";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export function getCallerIdentity({ caller }: StsCall): readonly XmlElement[] {
  return [
    ["Arn", caller.arn],
    ["UserId", caller.userId],
    ["Account", caller.accountId],
  ];
}
