/** What STS says of a role's session, whatever it was assumed with. */
export function assumedRoleDetails(output: {
  readonly AssumedRoleUser?:
    | { readonly Arn?: string | undefined; readonly AssumedRoleId?: string | undefined }
    | undefined;
  readonly PackedPolicySize?: number | undefined;
  readonly SourceIdentity?: string | undefined;
}): Readonly<Record<string, string | number | undefined>> {
  const { AssumedRoleUser, PackedPolicySize, SourceIdentity } = output;
  return {
    assumedRoleArn: AssumedRoleUser?.Arn,
    assumedRoleId: AssumedRoleUser?.AssumedRoleId,
    packedPolicySize: PackedPolicySize,
    sourceIdentity: SourceIdentity,
  };
}
