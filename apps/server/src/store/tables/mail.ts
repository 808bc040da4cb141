import type { EpochMs, Identity } from './columns.ts';

/** A letter that waits to be carried away, or what became of it. */
export interface MailOutboxTable {
  id: Identity;
  account_id: string;
  /** What it is about: once for each account. */
  about: string;
  /** Address and text, sealed with a key outside the database; null once it is over. */
  sealed: string | null;
  state: 'waiting' | 'sent' | 'given_up';
  attempts: number;
  made_ms: EpochMs;
  due_ms: EpochMs;
  /** Worth nothing afterwards. */
  until_ms: EpochMs;
  ended_ms: EpochMs | null;
  /** Of the last attempt, without what the mail server said: that may name the address. */
  fault: string | null;
}

/** A link that was sent, or would have been had there been an account: both leave the same row. */
export interface MailLinkTable {
  token_sha256: string;
  purpose: 'confirm' | 'password';
  /** null: nobody has that address. */
  account_id: string | null;
  /** SHA-256 of kind and e-mail address. */
  subject_sha256: string;
  /** Network of whoever asked. */
  asked_from: string;
  made_ms: EpochMs;
  expires_ms: EpochMs;
  used_ms: EpochMs | null;
}

/** A driver's wish to be told by e-mail: given once, ended once; wanting it again is another row. */
export interface DriverMailTable {
  id: Identity;
  account_id: string;
  language: string;
  /** Which wording was agreed to. */
  text_version: string;
  given_ms: EpochMs;
  ended_ms: EpochMs | null;
}

export interface MailTables {
  mail_outbox: MailOutboxTable;
  mail_link: MailLinkTable;
  driver_mail: DriverMailTable;
}
