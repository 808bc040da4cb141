/** What somebody reads: plain text, so that nothing in it can watch its reader. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** One click in the mail program ends letters of this kind (RFC 8058). */
  readonly unsubscribeUrl?: string;
}

/** A letter on its way into the outbox. */
export interface Posting {
  readonly accountId: string;
  /** Once for each account: what was posted about the same before is not posted again. */
  readonly about: string;
  readonly letter: Letter;
  /** Afterwards nobody needs it any more, epoch ms. */
  readonly untilMs: number;
}
