import { AwsError } from "../aws-error.js";

/** `DurationSeconds` as a number. Its bounds are each operation's own. */
export function readDurationSeconds(parameters: ReadonlyMap<string, string>): number | undefined {
  const text = parameters.get("DurationSeconds");
  if (text === undefined) return undefined;
  if (!/^-?\d{1,10}$/.test(text))
    throw new AwsError({ status: 400, code: "MalformedInput" }, "DurationSeconds must be a whole number");
  return Number(text);
}
