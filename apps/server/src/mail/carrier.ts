import { createTransport } from 'nodemailer';
import type { MailServer } from '../config/index.ts';
import type { Letter } from './letter.ts';

/** Hands one letter to the mail server. */
export interface Carrier {
  carry(letter: Letter, messageId: string): Promise<Carried>;
  /** What is on its way ends now; nothing is carried any more. */
  abort(): void;
}

export type Carried =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** What the mail server will never take: this letter, or any for this mailbox. Otherwise it is worth another attempt. */
      readonly never: 'letter' | 'mailbox' | undefined;
      /** Line, certificate or login: no other letter gets through either. */
      readonly isServerAway: boolean;
      /** Codes alone: the words of a mail server may repeat the address or the secret. */
      readonly fault: string;
    };

export interface CarrierOptions {
  readonly server: MailServer;
  readonly from: string;
  /** PEM of the authority that is believed for the mail server; undefined: the public ones. */
  readonly authority: string | undefined;
}

const ANSWER_MS = 30_000;
/** For the word about a whole letter; who asks again before it comes sends the letter twice (RFC 5321 4.5.3.2.6). */
const TAKEN_MS = 600_000;

/** SMTP (RFC 5321) with TLS 1.2 or newer: mail servers that speak 1.2 alone are still common, and a letter that stays is worse. */
export function createCarrier({ server, from, authority }: CarrierOptions): Carrier {
  const transport = createTransport({
    host: server.host,
    port: server.port,
    secure: server.tls === 'from-start',
    requireTLS: server.tls === 'starttls',
    ignoreTLS: server.tls === 'none',
    tls: { minVersion: 'TLSv1.2', ...(authority === undefined ? {} : { ca: authority }) },
    ...(server.login === undefined ? {} : { auth: { user: server.login.user, pass: server.login.password } }),
    connectionTimeout: ANSWER_MS,
    greetingTimeout: ANSWER_MS,
    socketTimeout: TAKEN_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const aborting = new AbortController();
  return {
    abort: () => aborting.abort(),
    async carry({ to, subject, text, unsubscribeUrl }, messageId) {
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text,
          messageId,
          signal: aborting.signal,
          headers: {
            // Nobody's absence note answers a machine (RFC 3834).
            'Auto-Submitted': 'auto-generated',
            ...(unsubscribeUrl === undefined
              ? {}
              : { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
          },
          ...(unsubscribeUrl === undefined ? {} : { list: { unsubscribe: unsubscribeUrl } }),
        });
        return { ok: true };
      } catch (error) {
        return faultOf(error);
      }
    },
  };
}

/** Said about this letter; what is wrong with line, certificate or login is an operator's to mend. */
const ABOUT_LETTER: ReadonlySet<unknown> = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);
/**
 * Codes that say that nobody has the mailbox (RFC 3463, RFC 7505): mail servers refuse senders, logins and relaying at RCPT TO as well.
 */
const NOBODYS = /^5\d\d[ -]5\.(?:1\.(?:1|2|3|6|10)|2\.1)(?!\d)/;

function faultOf(error: unknown): Carried {
  const { code, command, responseCode, response } = error as Readonly<Record<string, unknown>>;
  const fault = [code, responseCode].filter((part) => part !== undefined).join(' ');
  return {
    ok: false,
    never:
      command === 'RCPT TO' && NOBODYS.test(String(response))
        ? 'mailbox'
        : command === 'DATA' && Number(responseCode) >= 500
          ? 'letter'
          : undefined,
    isServerAway: !ABOUT_LETTER.has(command),
    fault: fault === '' ? 'failed' : fault,
  };
}
