/** What a service answers, before it is put on the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  /** The wire code of an error answer, for the record. */
  readonly errorCode?: string;
}

/** What to do with a connection: answer on it, leave it open, or destroy it. */
export type Reaction = Answer | "silence" | "reset";
