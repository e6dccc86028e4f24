/** The members of a Query protocol list: `Tags.member.1.Key=…` gives one map with `Key`. A plain list has the key "". */
export function listParameter(
  parameters: ReadonlyMap<string, string>,
  name: string,
): readonly ReadonlyMap<string, string>[] {
  const members = new Map<number, Map<string, string>>();
  const pattern = new RegExp(`^${name}\\.member\\.(\\d{1,4})(?:\\.(\\w+))?$`);
  for (const [key, value] of parameters) {
    const match = pattern.exec(key);
    if (match === null) continue;
    const member = members.get(Number(match[1])) ?? new Map<string, string>();
    member.set(match[2] ?? "", value);
    members.set(Number(match[1]), member);
  }
  return [...members].sort(([a], [b]) => a - b).map(([, member]) => member);
}
