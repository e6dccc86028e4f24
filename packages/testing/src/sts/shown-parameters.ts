const shown =
  /^(RoleArn|RoleSessionName|DurationSeconds|SerialNumber|SourceIdentity|Version|Tags\.member\.\d+\.(Key|Value)|TransitiveTagKeys\.member\.\d+|PolicyArns\.member\.\d+\.arn)$/;

/** A request's parameters as a record may hold them: only what is known to be no secret keeps its value. */
export function shownStsParameters(parameters: ReadonlyMap<string, string>): Record<string, string> {
  const entries = [...parameters].filter(([name]) => name !== "Action");
  return Object.fromEntries(entries.map(([name, value]) => [name, shown.test(name) ? value : "[redacted]"]));
}
