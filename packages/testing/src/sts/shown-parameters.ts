/** Parameters that are no secret; a list's members have their numbers left out. */
const shown: ReadonlySet<string> = new Set([
  "Audience.member",
  "DurationSeconds",
  "Name",
  "PolicyArns.member.arn",
  "PrincipalArn",
  "ProviderId",
  "RoleArn",
  "RoleSessionName",
  "SerialNumber",
  "SigningAlgorithm",
  "SourceIdentity",
  "Tags.member.Key",
  "Tags.member.Value",
  "TargetPrincipal",
  "TaskPolicyArn.arn",
  "TransitiveTagKeys.member",
  "Version",
]);

/** A request's parameters as a record may hold them: only what is known to be no secret keeps its value. */
export function shownStsParameters(parameters: ReadonlyMap<string, string>): Record<string, string> {
  const entries = [...parameters].filter(([name]) => name !== "Action");
  return Object.fromEntries(entries.map(([name, value]) => [name, isShown(name) ? value : "[redacted]"]));
}

function isShown(name: string): boolean {
  return shown.has(name.replace(/\.member\.\d+/, ".member"));
}
