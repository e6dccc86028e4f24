/** The HTTP status and the wire code of an error answer. */
export interface AwsErrorKind {
  readonly status: number;
  readonly code: string;
}

/** An error answer as AWS gives it: an HTTP status, a wire code, a message, and for S3 some fields of its own. */
export class AwsError extends Error {
  readonly status: number;
  readonly code: string;
  /** Further elements of the error document, such as S3's `BucketName`. Never a secret. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(kind: AwsErrorKind, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = "AwsError";
    this.status = kind.status;
    this.code = kind.code;
    this.fields = fields;
  }
}
