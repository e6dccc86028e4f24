import { type Check, refuse } from "../checks/check.js";
import { anyText } from "../checks/value-checks.js";
import { type IdpMetadata, readMetadata } from "./read-metadata.js";

/** Checks that a text is a metadata document that assertions can be verified by, as IAM does when it is given one. */
export const checkSamlMetadata: Check = (path, value) => {
  anyText(path, value);
  const bound = "the metadata document of a SAML identity provider, with its entity id and a key that it signs with";
  let metadata: IdpMetadata;
  try {
    metadata = readMetadata(String(value));
  } catch {
    refuse(path, bound, "what can't be read as one");
  }
  if (metadata.entityId === undefined) refuse(path, bound, "one without entityID");
  if (metadata.keys.length === 0) refuse(path, bound, "one without a key");
};
