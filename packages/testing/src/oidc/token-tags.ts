import type { JWTPayload } from "jose";
import { invalidIdentityToken } from "../sts/identity-token-error.js";
import type { AskedTags } from "../sts/session-tags.js";

const claim = "https://aws.amazon.com/tags";
const flatTag = `${claim}/principal_tags/`;
const flatTransitive = `${claim}/transitive_tag_keys`;

/**
 * The session tags of a token, in either form that AWS takes: nested in one claim, or with a claim for each of them.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 */
export function tokenTags(payload: JWTPayload): AskedTags {
  const nested = asObject(payload[claim]);
  const flat = Object.entries(payload)
    .filter(([name]) => name.startsWith(flatTag))
    .map(([name, value]): [string, unknown] => [name.slice(flatTag.length), value]);
  const tags = [...Object.entries(asObject(nested["principal_tags"])), ...flat];
  return {
    tags: tags.map(([key, value]) => ({ key, value: asText(value) })),
    transitiveTagKeys: asTexts(nested["transitive_tag_keys"] ?? payload[flatTransitive] ?? []),
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidIdentityToken();
  return value as Readonly<Record<string, unknown>>;
}

/** A tag's value is a text, alone or the only one of a list. */
function asText(value: unknown): string {
  const [text, ...others] = asTexts(value);
  if (text === undefined || others.length > 0) throw invalidIdentityToken();
  return text;
}

function asTexts(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => {
    if (typeof one !== "string") throw invalidIdentityToken();
    return one;
  });
}
