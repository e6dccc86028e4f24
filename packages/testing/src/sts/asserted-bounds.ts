import { createConstraints } from "./constraints.js";
import type { AskedTags } from "./session-tags.js";
import { tagKeyRule } from "./tag-parameters.js";

/** What a token or an assertion gives to the session, where AssumeRole has parameters. */
export interface Asserted extends AskedTags {
  readonly sourceIdentity: string | undefined;
}

/** Holds it to the bounds of the parameters. */
export function requireAssertedBounds({ tags, transitiveTagKeys, sourceIdentity }: Asserted): void {
  const check = createConstraints();
  check.atMost(
    "tags",
    tags.map(({ key }) => key),
    50,
  );
  for (const [at, { key, value }] of tags.entries()) {
    check.text(`tags.${at + 1}.member.key`, key, tagKeyRule);
    check.text(`tags.${at + 1}.member.value`, value, { min: 0, max: 256 });
  }
  check.atMost("transitiveTagKeys", transitiveTagKeys, 50);
  for (const [at, key] of transitiveTagKeys.entries())
    check.text(`transitiveTagKeys.${at + 1}.member`, key, tagKeyRule);
  check.text("sourceIdentity", sourceIdentity, { min: 2, max: 64, pattern: /[\w+=,.@-]*/ });
  check.enforce();
}
