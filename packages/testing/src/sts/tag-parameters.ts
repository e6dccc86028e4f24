import type { Constraints, TextRule } from "./constraints.js";
import { listParameter } from "./list-parameter.js";

export interface SessionTag {
  readonly key: string;
  readonly value: string;
}

const tagText = /[\p{L}\p{Z}\p{N}_.:/=+\-@]+/u;
const tagValue = /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u;

/** The bounds of a tag's key, also where a key stands alone. */
export const tagKeyRule: TextRule = { min: 1, max: 128, pattern: tagText };

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html */
export function readTags(parameters: ReadonlyMap<string, string>, check: Constraints): readonly SessionTag[] {
  const tags = listParameter(parameters, "Tags").map((member) => ({
    key: member.get("Key") ?? "",
    value: member.get("Value") ?? "",
  }));
  check.atMost(
    "tags",
    tags.map(({ key }) => key),
    50,
  );
  for (const [at, { key, value }] of tags.entries()) {
    check.text(`tags.${at + 1}.member.key`, key, tagKeyRule);
    check.text(`tags.${at + 1}.member.value`, value, { min: 0, max: 256, pattern: tagValue });
  }
  return tags;
}
