/** An access key id as it may be shown: what has not the form of one may be a secret that was put in its place. */
export function shownAccessKeyId(accessKeyId: string): string {
  return /^[A-Z0-9]{16,128}$/.test(accessKeyId) ? accessKeyId : "[malformed]";
}
